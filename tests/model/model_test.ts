import { assertEquals, assertThrows } from "@std/assert";
import {
  apiVersionOf,
  compareResourceVersions,
  controllerOf,
  deepFreeze,
  describeObject,
  formatKey,
  formatSelector,
  isOlder,
  keyOf,
  kindOf,
  matchesSelector,
  parseKey,
  parseSelector,
} from "../../lib/model/mod.ts";

Deno.test("a key is parsed to what it was formatted from", () => {
  for (const ref of [{ namespace: "default", name: "a" }, { name: "a" }, { namespace: "x", name: "a.b-c" }]) {
    assertEquals(parseKey(formatKey(ref)), ref);
  }
  assertEquals(keyOf({ metadata: { namespace: "default", name: "a" } }), "default/a");
  assertEquals(formatKey({ namespace: undefined, name: "a" }), "a");
});

Deno.test("resource versions are compared as whole numbers of any size", () => {
  assertEquals(isOlder("9", "10"), true);
  assertEquals(isOlder("10", "9"), false);
  assertEquals(isOlder("7", "7"), false);
  assertEquals(isOlder("90071992547409931", "90071992547409932"), true);
  assertEquals(compareResourceVersions("12", "12"), 0);
});

Deno.test("resource versions that are not numbers can only be equal", () => {
  assertEquals(compareResourceVersions("abc", "abc"), 0);
  assertEquals(
    ["abc", "07", "", "1e3", "-1"].map((odd) => compareResourceVersions(odd, "1")),
    Array(5).fill(undefined),
  );
  assertEquals(isOlder("abc", "1") || isOlder("1", "abc"), false);
});

Deno.test("label selectors mean what kubectl means by them", () => {
  const labels = { app: "web", tier: "front" };
  const cases: [string, boolean][] = [
    ["app=web", true],
    ["app==web", true],
    ["app=api", false],
    ["app!=web", false],
    ["other!=web", true],
    ["app in (web, api)", true],
    ["app notin (web,api)", false],
    ["other notin (web)", true],
    ["other in (web)", false],
    ["app", true],
    ["other", false],
    ["!app", false],
    ["!other", true],
    ["app=web,tier in (front,back),!other", true],
    ["app=web,tier=back", false],
    ["", true],
  ];
  for (const [text, expected] of cases) assertEquals(matchesSelector(labels, parseSelector(text)), expected, text);
  assertEquals(matchesSelector(undefined, parseSelector("!a")), true);
});

Deno.test("a record selects by equality, and has a text for the API server", () => {
  assertEquals(matchesSelector({ a: "1", b: "2" }, parseSelector({ a: "1" })), true);
  assertEquals(matchesSelector({ a: "2" }, parseSelector({ a: "1" })), false);
  assertEquals(formatSelector({ a: "1", b: "2" }), "a=1,b=2");
});

Deno.test("an invalid selector is refused, with the wrong part", () => {
  for (const wrong of ["a b", "a in b", "a=(b)=c", "in (a)"]) {
    assertThrows(() => parseSelector(`x=y,${wrong}`), SyntaxError, `Cannot parse label selector as "${wrong}"`);
  }
});

Deno.test("kinds and objects have readable names", () => {
  const Deployment = kindOf({ group: "apps", version: "v1", kind: "Deployment", plural: "deployments" });
  assertEquals(apiVersionOf(Deployment), "apps/v1");
  assertEquals(apiVersionOf(kindOf({ version: "v1", kind: "Pod", plural: "pods" })), "v1");
  assertEquals(describeObject(Deployment, { namespace: "default", name: "a" }), "Deployment default/a");
  assertEquals(describeObject(Deployment, { name: "a" }), "Deployment a");
});

Deno.test("the owner that manages an object is the one with controller set", () => {
  const reference = (name: string, controller?: boolean) => ({
    apiVersion: "v1",
    kind: "Foo",
    name,
    uid: name,
    ...(controller !== undefined && { controller }),
  });
  const metadata = { ownerReferences: [reference("a"), reference("b", false), reference("c", true)] };
  assertEquals(controllerOf({ metadata })?.name, "c");
  assertEquals(controllerOf({ metadata: {} }), undefined);
});

Deno.test("values are frozen deeply", () => {
  const value = deepFreeze({ a: { b: [{ c: 1 }] } });
  assertThrows(() => value.a.b[0]!.c = 2, TypeError);
  assertThrows(() => value.a.b.push({ c: 3 }), TypeError);
});
