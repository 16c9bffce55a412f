/** Whole numbers of 64 bits: the digits that nobody touched stay. */

import { assert, assertEquals } from "@std/assert";
import { defineSteps, kindOf, patch, replace, runSteps } from "../../../mod.ts";
import { seededRandom } from "../../../lib/testing/mod.ts";
import type { Case, Target } from "../target.ts";

// deno-lint-ignore no-explicit-any -- the spec is not typed
type Any = any;

const DIGITS = [
  ...["9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807"],
  ...["-9223372036854775808", "9223372036854775806", "1234567890123456789"],
];

/** Whole numbers of 64 bits, among them all that are known to be difficult. */
function someDigits(seed: number): string[] {
  const random = seededRandom(seed);
  const half = () => BigInt(Math.floor(random.next() * 2 ** 32));
  return [...DIGITS, ...Array.from({ length: 8 }, () => String(BigInt.asIntN(64, half() << 32n | half())))];
}

function textOf(t: Target, digits: string): string {
  const { apiVersion, kind } = t.widgets;
  const any = `{"serial":${digits},"list":[{"serial":${digits}},{"serial":1}],"text":"${digits}"}`;
  const metadata = `{"name":"a","annotations":{"serial":"${digits}"}}`;
  return `{"apiVersion":"${apiVersion}","kind":"${kind}","metadata":${metadata},"spec":{"image":"abc","any":${any}}}`;
}

/** The digits in an object's text: in the order of the names, which a real API server sorts by. */
function digitsIn(text: string): string[] {
  return ["serial", "text"].flatMap((name) =>
    [...text.matchAll(new RegExp(`"${name}":"?(-?[\\d.e+]+)`, "g"))].map(([, digits]) => `${name} ${digits}`)
  ).sort();
}

export const NUMBERS: readonly Case[] = [
  {
    name: "numbers of 64 bits are kept, and beyond them as floating point",
    async run(t) {
      for (const digits of someDigits(1)) {
        const text = await t.api.text("POST", t.widget(), { body: textOf(t, digits) });
        assertEquals(digitsIn(text).filter((one) => one === `serial ${digits}`).length, 3, text);
        assertEquals(digitsIn(await t.api.text("GET", t.widget("a"))), digitsIn(text));
        // By every sort of patch.
        const spec = `{"spec":{"any":{"more":{"serial":${digits}}}}}`;
        const merge = { contentType: "application/merge-patch+json" };
        await t.api.text("PATCH", t.widget("a"), { body: spec, ...merge });
        const json =
          `[{"op":"test","path":"/spec/any/serial","value":${digits}},{"op":"copy","from":"/spec/any/serial","path":"/spec/any/b"}]`;
        const patched = await t.api.text("PATCH", t.widget("a"), {
          body: json,
          contentType: "application/json-patch+json",
        });
        assert(patched.includes(`"b":${digits}`) && patched.includes(`"more":{"serial":${digits}}`), patched);
        await t.api.delete(t.widget("a"));
      }
      const text = await t.api.text("POST", t.widget(), { body: textOf(t, "18446744073709551616") });
      assert(text.includes('"serial":18446744073709552000'), text);
    },
  },
  {
    name:
      "what a Run gives back of an object that it has read keeps its digits, or is refused by the name of the field",
    async run(t) {
      const { group, kind, plural } = t.widgets;
      const Widget = kindOf<Any>({ group, version: "v1", kind, plural });
      const any = (object: Any, changes: object) => ({ ...object.spec.any, ...changes });
      const changed = (object: Any) => [object.spec.any.list[0], { ...object.spec.any.list[1], label: "x" }];
      const writes: Record<string, (object: Any) => Any> = {
        "replace": (object) =>
          replace(Widget, { ...object, spec: { ...object.spec, any: any(object, { label: "x" }) } }),
        "replace in a list": (object) =>
          replace(Widget, { ...object, spec: { ...object.spec, any: any(object, { list: changed(object) }) } }),
        "replace with a longer list": (object) =>
          replace(Widget, {
            ...object,
            spec: { ...object.spec, any: any(object, { list: [...object.spec.any.list, { serial: 2 }] }) },
          }),
        "merge": (object) => patch(Widget, object, { merge: { spec: { any: { label: "x" } } } }),
        "merge a list": (object) => patch(Widget, object, { merge: { spec: { any: { list: changed(object) } } } }),
        "json a list": (object) =>
          patch(Widget, object, { json: [{ op: "replace", path: "/spec/any/list", value: changed(object) }] }),
      };
      const refused = new Set<string>();
      for (const digits of someDigits(2)) {
        for (const [name, write] of Object.entries(writes)) {
          const before = await t.api.text("POST", t.widget(), { body: textOf(t, digits) });
          const object = JSON.parse(before);
          const steps = defineSteps(Widget).change("write", () => write(object) as never);
          const result = await runSteps({ steps: steps as Any, object, client: t.client });
          const after = await t.api.text("GET", t.widget("a"));
          if (result.outcome === "Failed") {
            assert(/as \S+list(\[0\]\.serial)? is a whole number/.test(String(result.error)), String(result.error));
            refused.add(name);
          } else {
            assertEquals(result.outcome, "Modified");
          }
          const added = digitsIn(after).filter((one) => one === "serial 2");
          assertEquals(digitsIn(after).filter((one) => one !== "serial 2"), digitsIn(before), `${name} ${digits}`);
          assertEquals(added.length <= 1, true);
          await t.api.delete(t.widget("a"));
        }
      }
      assertEquals([...refused].sort(), ["json a list", "merge a list", "replace with a longer list"]);
    },
  },
  {
    name: "a bigint is written with all its digits",
    async run(t) {
      const { group, kind, plural } = t.widgets;
      const Widget = kindOf<Any>({ group, version: "v1", kind, plural });
      await t.api.create(t.widget(), t.newWidget("a"));
      for (const digits of someDigits(3)) {
        const object = await t.api.get(t.widget("a"));
        const merge = { spec: { any: { serial: BigInt(digits), list: [BigInt(digits)] } } };
        const steps = defineSteps(Widget).change("write", () => patch(Widget, object as Any, { merge }));
        const result = await runSteps({ steps: steps as Any, object: object as Any, client: t.client });
        assertEquals(result.outcome, "Modified");
        const text = await t.api.text("GET", t.widget("a"));
        assert(text.includes(`"serial":${digits}`) && text.includes(`"list":[${digits}]`), text);
      }
    },
  },
];
