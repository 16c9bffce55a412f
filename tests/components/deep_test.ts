/** Dependents as deep as an API server takes them: hashed and compared. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { component } from "../../mod.ts";
import { neededApply, plainMark } from "../../lib/components/applied.ts";
import { hashedDraft, marked } from "../../lib/components/configuration.ts";
import { findDifferences } from "../../lib/components/differences.ts";
import { hashJson, hashText } from "../../lib/components/hash.ts";
import { claimOf } from "../../lib/components/ownership.ts";
import { findTakeover } from "../../lib/components/takeover.ts";
import { type Draft, kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { nested, seededValue } from "../model/deep.ts";
import { Site } from "./parts.ts";

const Deep = kindOf({ group: "example.dev", version: "v1", kind: "Deep", plural: "deeps" });

/** A hash must be that of this text in every version, or all that was applied would be applied again. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}

Deno.test("the hash is the same near the surface and far below", () => {
  const random = seededRandom(5);
  for (let at = 0; at < 500; at++) {
    const value = nested(Math.floor(random.next() * 400), at % 2 ? "object" : "list", seededValue(random));
    assertEquals(hashJson(value), hashText(canonical(value)));
  }
  assertNotEquals(hashJson(nested(9_990, "object", 1)), hashJson(nested(9_990, "object", 2)));
});

Deno.test("a deep difference is found, and none if there is none", () => {
  for (const depth of [10, 199, 200, 201, 9_990]) {
    for (const builtin of [false, true]) {
      assertEquals(findDifferences(nested(depth, "object", 1), nested(depth, "object", 1), builtin), []);
      assertEquals(findDifferences(nested(depth, "object", 1), nested(depth, "object", 2), builtin).length, 1);
      assertEquals(findDifferences(nested(depth, "list", 1), nested(depth, "list", 2), builtin).length, 1);
    }
  }
});

Deno.test("a deep configuration is applied once and then rests", () => {
  const wanted = (spec: unknown) => hashedDraft(Deep, { metadata: { name: "a" }, spec } as Draft<KubeObject>);
  const draft = wanted(nested(9_900));
  const first = marked(draft, plainMark(draft));
  const stored = { ...first, metadata: { ...first.metadata, uid: "u", generation: 1 } } as unknown as KubeObject;
  assertEquals(neededApply(Deep, draft, stored, undefined), undefined);
  assert(neededApply(Deep, wanted(nested(9_901)), stored, undefined) !== undefined);
});

Deno.test("deep fields of an earlier identity are taken over, or left for later if they are applied as well", () => {
  const part = component(Site, Deep, { build: () => ({}) });
  const owner = { metadata: { name: "a", namespace: "default", uid: "u" } } as Site;
  const labels = Object.fromEntries(Object.keys(part.labelsFor(owner)).map((key) => [`f:${key}`, {}]));
  const former = (spec: object) => {
    const metadata = { "f:labels": labels, "f:ownerReferences": { 'k:{"uid":"u"}': {} } };
    const fieldsV1 = { "f:spec": spec, "f:metadata": metadata };
    const entries = ["one", "two"].map((manager) => ({
      ...{ manager, operation: "Update", apiVersion: "example.dev/v1", fieldsV1: { ...fieldsV1 } },
    }));
    return { metadata: { name: "a", uid: "x", managedFields: entries } } as unknown as KubeObject;
  };
  const fields = (levels: number) => {
    let set = {};
    for (let level = 0; level < levels; level++) set = { "f:a": set };
    return set;
  };
  const wanted = (levels: number) => {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = { a: value };
    return { ...part.build(owner), spec: value } as unknown as ReturnType<typeof marked>;
  };
  const look = (levels: number) => findTakeover(claimOf(part, owner), former(fields(levels)), wanted(9_900), "now");
  assertEquals(look(9_900).type, "later");
  const takeover = look(9_901);
  assert(takeover.type === "now" && takeover.change());
});
