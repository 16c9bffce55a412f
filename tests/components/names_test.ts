import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { hashJson, hashText } from "../../lib/components/hash.ts";
import { fitName, shortenName } from "../../lib/components/names.ts";
import { CronJob, Deployment, Service, StatefulSet } from "../../lib/kube/kinds.ts";

const VALID = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

Deno.test("a name that fits is left alone", () => {
  assertEquals(shortenName("foo-web"), "foo-web");
  assertEquals(shortenName("x".repeat(63)), "x".repeat(63));
});

Deno.test("a name that is too long is always shortened to the same one", () => {
  // Written down: another version of this module must not rename what there is.
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

Deno.test("kinds that lengthen their name for what they make get shorter ones", () => {
  const lengths = [Deployment, Service, StatefulSet, CronJob].map((kind) => fitName(kind, "x".repeat(80)).length);
  assertEquals(lengths, [63, 63, 52, 52]);
});

Deno.test("a Service, whose name is part of a host name, gets one without dots, and its own", () => {
  assertEquals(fitName(Deployment, "my.site-web"), "my.site-web");
  const names = ["my.site-web", "my-site.web", "my-site-web"].map((name) => fitName(Service, name));
  assertEquals(new Set(names).size, 3);
  for (const name of [...names, fitName(Service, "a.".repeat(100))]) {
    assertMatch(name, /^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/);
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

Deno.test("one bit of a text changes about half of the hash's bits", () => {
  const bits = (text: string) => BigInt(`0x${hashText(text)}`);
  const changed = Array.from({ length: 500 }, (_, at) => {
    const difference = bits(`name-${2 * at}`) ^ bits(`name-${2 * at + 1}`);
    return [...difference.toString(2)].filter((bit) => bit === "1").length;
  });
  const mean = changed.reduce((sum, count) => sum + count, 0) / changed.length;
  assert(mean > 29 && mean < 35, `${mean}`);
});
