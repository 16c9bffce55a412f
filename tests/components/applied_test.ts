/** The decision whether to apply, by itself. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { APPLIED_ANNOTATION, type Draft, kindOf, type KubeObject } from "../../mod.ts";
import { firstConfiguration, neededConfiguration } from "../../lib/components/applied.ts";
import { ConfigMap, Deployment, Secret } from "../../lib/kube/kinds.ts";

type Loose = Draft<KubeObject> & Record<string, unknown>;

const draft = (spec: unknown): Loose => ({ metadata: { name: "a", labels: { tier: "front" } }, spec });

/** What the API server would store: the configuration, with some fields in its own words. */
function stored(configuration: Draft<KubeObject>, own: Record<string, unknown>, generation?: number): KubeObject {
  const metadata = { ...configuration.metadata, uid: "1", ...(generation !== undefined && { generation }) };
  return { ...structuredClone(configuration), ...own, metadata } as KubeObject;
}

const markOf = (object?: { metadata: { annotations?: Record<string, string> } }) =>
  object?.metadata.annotations?.[APPLIED_ANNOTATION];

Deno.test("what was applied and is stored so needs no apply", () => {
  const wanted = draft({ replicas: 1 });
  const first = firstConfiguration(Deployment, wanted);
  assertEquals(neededConfiguration(Deployment, wanted, stored(first, {}, 1)), undefined);
});

Deno.test("a field that is not wanted any more is seen although no stored field differs", () => {
  const first = firstConfiguration(Deployment, draft({ replicas: 1, paused: true }));
  const needed = neededConfiguration(Deployment, draft({ replicas: 1 }), stored(first, {}, 1));
  assertNotEquals(markOf(needed), undefined);
  assertNotEquals(markOf(needed), markOf(first));
});

for (
  const [what, after] of [["does not count annotations", 1], ["counts annotations, as Deployments do", 2]] as const
) {
  Deno.test(`a value that is always stored in other words is applied once more and never again, by a kind that ${what}`, () => {
    const wanted = draft({ odd: "01" });
    const words = { spec: { odd: "1" } };
    const once = neededConfiguration(Deployment, wanted, stored(firstConfiguration(Deployment, wanted), words, 1))!;
    assert(once);
    assertEquals(neededConfiguration(Deployment, wanted, stored(once, words, after)), undefined);
  });
}

Deno.test("a foreign change is seen again and again, the same one as well", () => {
  const wanted = draft({ replicas: 1 });
  const foreign = { spec: { replicas: 5 } };
  let last = stored(firstConfiguration(Deployment, wanted), {}, 1);
  for (const generation of [2, 4, 6]) {
    const needed = neededConfiguration(Deployment, wanted, stored(last, foreign, generation))!;
    assert(needed, `${generation}`);
    last = stored(needed, { spec: { replicas: 1 } }, generation + 1);
    assertEquals(neededConfiguration(Deployment, wanted, last), undefined);
  }
});

Deno.test("a foreign change of a label is seen again, although it is not counted as a generation", () => {
  const wanted = draft({ replicas: 1 });
  let last = stored(firstConfiguration(Deployment, wanted), {}, 1);
  for (const _ of [1, 2]) {
    const spoiled = { ...last, metadata: { ...last.metadata, labels: { tier: "back" } } };
    const needed = neededConfiguration(Deployment, wanted, spoiled)!;
    assert(needed);
    last = stored(needed, {}, 1);
  }
});

Deno.test("a label that something else always puts back is applied with the same mark: the Run can see that it has no effect", () => {
  const wanted = draft({ replicas: 1 });
  const other = (configuration: Draft<KubeObject>) =>
    stored({ ...configuration, metadata: { ...configuration.metadata, labels: { tier: "back" } } }, {}, 1);
  const once = neededConfiguration(Deployment, wanted, other(firstConfiguration(Deployment, wanted)))!;
  const again = neededConfiguration(Deployment, wanted, other(once))!;
  assertEquals(markOf(again), markOf(once));
});

Deno.test("a foreign change of a kind without generations is seen again and again", () => {
  const wanted: Loose = { metadata: { name: "a" }, data: { color: "blue" } };
  const first = firstConfiguration(ConfigMap, wanted);
  const spoiled = stored(first, { data: { color: "red" } });
  const needed = neededConfiguration(ConfigMap, wanted, spoiled)!;
  assert(neededConfiguration(ConfigMap, wanted, stored(needed, { data: { color: "red" } })));
});

Deno.test("a mark that is gone or foreign leads to an apply", () => {
  const wanted = draft({ replicas: 1 });
  const object = stored(wanted, {}, 1);
  assert(neededConfiguration(Deployment, wanted, object));
  object.metadata.annotations = { [APPLIED_ANNOTATION]: "nonsense" };
  assert(neededConfiguration(Deployment, wanted, object));
});

Deno.test("what is undefined, and the order of fields, make no difference", () => {
  const first = firstConfiguration(Deployment, draft({ a: 1, b: undefined, c: 2 }));
  assertEquals(markOf(first), markOf(firstConfiguration(Deployment, draft({ c: 2, a: 1 }))));
});

Deno.test("a Secret's stringData is applied as data, as it is stored", () => {
  const wanted: Loose = { metadata: { name: "a" }, stringData: { user: "späth" }, data: { other: "eA==" } };
  const first = firstConfiguration(Secret, wanted) as Loose;
  assertEquals([first.data, first.stringData], [{ other: "eA==", user: "c3DDpHRo" }, undefined]);
});

Deno.test("a Secret's mark tells nothing of its values; another value is seen all the same", () => {
  const secret = (pass: string): Loose => ({ metadata: { name: "a" }, stringData: { pass } });
  const [first, second] = [firstConfiguration(Secret, secret("one")), firstConfiguration(Secret, secret("two"))];
  assertEquals(markOf(first), markOf(second));
  assertEquals(neededConfiguration(Secret, secret("two"), stored(first, {})), second);
  const renamed: Loose = { metadata: { name: "a" }, stringData: { word: "one" } };
  assertNotEquals(markOf(firstConfiguration(Secret, renamed)), markOf(first));
});

Deno.test("an object of a kind of one's own is compared as well", () => {
  const Thing = kindOf({ group: "example.dev", version: "v1", kind: "Thing", plural: "things" });
  const wanted = draft({ items: [1, 2] });
  const first = firstConfiguration(Thing, wanted);
  assertEquals(neededConfiguration(Thing, wanted, stored(first, {}, 1)), undefined);
  assert(neededConfiguration(Thing, wanted, stored(first, { spec: { items: [1, 2, 3] } }, 2)));
});
