import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { hashJson, hashText } from "../../lib/components/hash.ts";
import { fitName, labelValue, shortenName } from "../../lib/components/names.ts";
import {
  ClusterRole,
  ConfigMap,
  CronJob,
  Deployment,
  Job,
  Namespace,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  Service,
  StatefulSet,
} from "../../lib/kube/kinds/mod.ts";
import { kindOf } from "../../lib/model/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

const VALID = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

Deno.test("a name that fits is left alone", () => {
  assertEquals(shortenName("foo-web"), "foo-web");
  assertEquals(shortenName("x".repeat(63)), "x".repeat(63));
});

Deno.test("a name that is too long is always shortened to the same one", () => {
  // Fixed values: another version of this module must not rename existing objects.
  assertEquals(shortenName("a".repeat(64)), `${"a".repeat(52)}-hvy8t2wgz2`);
  assertEquals(shortenName(`${"a".repeat(60)}-web`, 52), `${"a".repeat(41)}-gn4n8h9f3v`);
});

Deno.test("a shortened name is valid, wherever it was cut", () => {
  for (let length = 40; length < 80; length++) {
    for (const filler of ["-", ".", ".-", "a"]) {
      const name = `${"a".repeat(length)}${filler.repeat(20)}${"b".repeat(30)}`;
      const short = shortenName(name);
      assert(short.length <= 63, short);
      assertMatch(short, VALID);
      assert(!/[.-]{2}[0-9a-z]{10}$/.test(short), short);
    }
  }
});

Deno.test("names that differ anywhere are shortened to different ones", () => {
  const prefix = "a-long-name-that-many-objects-share-as-they-are-made-by-one-template";
  const names = Array.from({ length: 100_000 }, (_, at) => `${prefix}-${at}`);
  assertEquals(new Set(names.map((name) => shortenName(name))).size, names.length);
  assertNotEquals(shortenName(`a${"x".repeat(80)}`), shortenName(`${"x".repeat(80)}a`));
});

Deno.test("kinds whose controllers append to their name get shorter names", () => {
  const lengths = [Deployment, Service, StatefulSet, CronJob].map((kind) => fitName(kind, "x".repeat(80)).length);
  assertEquals(lengths, [63, 63, 52, 52]);
});

Deno.test("a Service gets a name without dots, because it is part of a host name, and no other object gets it", () => {
  assertEquals(fitName(Deployment, "my.site-web"), "my.site-web");
  const names = ["my.site-web", "my-site.web", "my-site-web"].map((name) => fitName(Service, name));
  assertEquals(new Set(names).size, 3);
  for (const name of [...names, fitName(Service, "a.".repeat(100))]) {
    assertMatch(name, /^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/);
  }
});

/** What the API server accepts for each kind: the pattern, and the longest name that works. */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SEGMENT = /^(?!\.{1,2}$)[^/%]+$/;
const RULES = [
  ...[[Namespace, LABEL, 63], [Service, LABEL, 63], [StatefulSet, LABEL, 52], [CronJob, SUBDOMAIN, 52]] as const,
  ...[[ConfigMap, SUBDOMAIN, 63], [Deployment, SUBDOMAIN, 63], [Job, SUBDOMAIN, 63]] as const,
  ...[[Role, SEGMENT, 63], [RoleBinding, SEGMENT, 63], [ClusterRole, SEGMENT, 63]] as const,
  ...[[PodDisruptionBudget, SEGMENT, 63]] as const,
] as const;

Deno.test("a kind with its own rules for names gets names by these rules, whatever the owner is called; valid names stay", () => {
  const random = seededRandom(11);
  const letters = [..."abz019-._:AZ/%é "];
  const word = () =>
    Array.from(
      { length: 1 + Math.floor(random.next() ** 2 * 90) },
      () => letters[Math.floor(random.next() * letters.length)],
    )
      .join("");
  const names = [
    "shop.v0.1",
    "system:node-proxier",
    "..",
    "___",
    "a..b",
    "A_b",
    ...Array.from({ length: 3_000 }, word),
  ];
  for (const [kind, allowed, longest] of RULES) {
    const seen = new Map<string, string>();
    for (const name of names) {
      const fitted = fitName(kind, name);
      assertMatch(fitted, allowed, `${kind.kind} ${JSON.stringify(name)}`);
      assert(fitted.length <= longest, `${kind.kind} ${fitted}`);
      if (allowed.test(name) && name.length <= longest) assertEquals(fitted, name);
      assertEquals(seen.get(fitted) ?? name, name, `two names became ${fitted}`);
      seen.set(fitted, name);
    }
  }
});

Deno.test("the encoding of names is fixed: another version must not rename existing objects", () => {
  assertEquals(fitName(Service, "shop.v0.1"), "shop-v0-1-vnbz45jsfo");
  assertEquals(fitName(Namespace, "shop.v0.1"), "shop-v0-1-vnbz45jsfo");
  assertEquals(fitName(ConfigMap, "system:node"), "system-node-x5f9i767cw");
});

Deno.test("for a foreign kind, only the length of names counts, because its rules are not known", () => {
  const User = kindOf({ group: "user.example.dev", version: "v1", kind: "User", plural: "users", scope: "Cluster" });
  assertEquals(fitName(User, "system:Admin_1"), "system:Admin_1");
});

Deno.test("any text has a label value, and a text that is a valid one stays", () => {
  for (const text of ["shop.v0.1", "A_b", "x".repeat(63)]) assertEquals(labelValue(text), text);
  for (const text of ["system:node", "my web", "-a-", "x".repeat(64), "é"]) {
    assertMatch(labelValue(text), /^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/);
  }
});

Deno.test("a hash is the same for keys in another order, and another for another value", () => {
  assertEquals(hashJson({ a: 1, b: [1, { c: 2, d: 3 }] }), hashJson({ b: [1, { d: 3, c: 2 }], a: 1 }));
  const different = [{ a: 1 }, { a: "1" }, { a: [1] }, { a: null }, {}, [], "", null, { a: { a: 1 } }, [1, 2], [2, 1], [
    [1],
    2,
  ]];
  assertEquals(new Set(different.map(hashJson)).size, different.length);
});

Deno.test("a value as deep as an API server takes has a hash, and one with the same text has the same", () => {
  const nested = (depth: number, leaf: unknown) => {
    let value = leaf;
    for (let at = 0; at < depth; at++) value = at % 2 ? [1, value, "x"] : { b: value, a: [] };
    return value;
  };
  const inside = nested(20_000, 1);
  assertNotEquals(hashJson(inside), hashJson(nested(20_000, 2)));
  // The text at the limit between the two notations.
  for (const depth of [198, 199, 200, 201, 202, 203, 400]) {
    const text = (value: unknown): string =>
      JSON.stringify(
        value,
        (_, inner) =>
          inner && typeof inner === "object" && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
            : inner,
      );
    assertEquals(hashJson(nested(depth, "é")), hashText(text(nested(depth, "é"))));
  }
});

Deno.test("one bit of a text changes about half of the hash's bits", () => {
  const bits = (text: string) => BigInt(`0x${hashText(text)}`);
  const changed = Array.from({ length: 500 }, (_, at) => {
    const difference = bits(`name-${2 * at}`) ^ bits(`name-${2 * at + 1}`);
    return [...difference.toString(2)].filter((bit) => bit === "1").length;
  });
  const mean = changed.reduce((sum, count) => sum + count, 0) / changed.length;
  assert(mean > 29 && mean < 35, `${mean}`);
});
