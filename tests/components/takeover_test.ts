/** Which fields are taken over from whom. What the API server does with the takeover is tested on the real cluster. */

import { assertEquals } from "@std/assert";
import { component, type KubeObject } from "../../mod.ts";
import { APPLIED_ANNOTATION, hashedDraft, marked } from "../../lib/components/configuration.ts";
import { plainMark } from "../../lib/components/applied.ts";
import { claimOf } from "../../lib/components/ownership.ts";
import { findTakeover } from "../../lib/components/takeover.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Site } from "./parts.ts";

const owner = {
  apiVersion: `${Site.group}/v1`,
  kind: "Site",
  metadata: { name: "a", namespace: "default", uid: "owner-uid", resourceVersion: "1", creationTimestamp: "" },
  spec: {},
} as Site;
const settings = component(Site, ConfigMap, { build: () => ({ data: { color: "blue" } }) });
const claim = claimOf(settings, owner);

const labels = Object.fromEntries(Object.keys(settings.labelsFor(owner)).map((key) => [`f:${key}`, {}]));
const references = { ".": {}, 'k:{"uid":"owner-uid"}': {} };
/** What the API server notes for one who made the object the owner's dependent. */
const claimed = (data: object, metadata: object = {}) => ({
  "f:data": { ".": {}, ...data },
  "f:metadata": { "f:labels": { ".": {}, ...labels }, "f:ownerReferences": references, ...metadata },
});
const mark = { "f:annotations": { ".": {}, [`f:${APPLIED_ANNOTATION}`]: {} } };

interface Entry {
  manager: string;
  operation: string;
  fieldsV1: object;
  subresource?: string;
  apiVersion?: string;
}

function look(entries: readonly Entry[]) {
  const wanted = hashedDraft(ConfigMap, settings.build(owner) as never);
  const managedFields = entries.map((entry) => ({ apiVersion: "v1", fieldsType: "FieldsV1", time: "t", ...entry }));
  const metadata = { name: "a", namespace: "default", uid: "u", resourceVersion: "7", managedFields };
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata } as unknown as KubeObject;
  const takeover = findTakeover(claim, object, marked(wanted, plainMark(wanted)), "now");
  if (takeover.type !== "now") return takeover.type;
  const { operation } = takeover.change();
  return operation.verb === "patch" ? operation.body as { path: string; value: unknown }[] : [];
}

/** The entries after the takeover, by manager and operation. */
function after(entries: readonly Entry[]): Record<string, unknown> {
  const patch = look(entries);
  if (typeof patch === "string") return { [patch]: true };
  const value = patch.find(({ path }) => path === "/metadata/managedFields")!.value as Entry[];
  return Object.fromEntries(value.map(({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, fieldsV1]));
}

const created: Entry = { manager: "then", operation: "Update", fieldsV1: claimed({ "f:old": {} }) };

Deno.test("fields that an earlier identity created move to the present manager, and others keep theirs", () => {
  const theirs: Entry = { manager: "kubectl-edit", operation: "Update", fieldsV1: { "f:data": { "f:more": {} } } };
  assertEquals(after([created, theirs]), { "now Apply": created.fieldsV1, "kubectl-edit Update": theirs.fieldsV1 });
});

Deno.test("what was applied under another name joins what is applied now", () => {
  const then: Entry = { manager: "then", operation: "Apply", fieldsV1: claimed({ "f:old": {} }, mark) };
  const now: Entry = {
    manager: "now",
    operation: "Apply",
    fieldsV1: { "f:data": { "f:color": {}, "f:__proto__": {} } },
  };
  assertEquals(after([then, now]), {
    "now Apply": claimed({ "f:old": {}, "f:color": {}, ["f:__proto__"]: {} }, mark),
  });
});

Deno.test("the API server refuses the takeover of an object that is another, or has changed", () => {
  const patch = look([created]) as { op: string; path: string; value: unknown }[];
  assertEquals(patch.map(({ op, path }) => `${op} ${path}`), [
    "test /metadata/uid",
    "replace /metadata/managedFields",
    "replace /metadata/resourceVersion",
  ]);
  assertEquals([patch[0]!.value, patch[2]!.value], ["u", "7"]);
});

const strangers: Readonly<Record<string, Entry>> = {
  "one who has changed a field": { manager: "then", operation: "Update", fieldsV1: { "f:data": { "f:old": {} } } },
  "one who has labelled it": {
    manager: "then",
    operation: "Update",
    fieldsV1: { "f:metadata": { "f:labels": labels } },
  },
  "one who applies it as well, without the mark": { ...created, operation: "Apply" },
  "one who writes its status": { ...created, subresource: "status" },
  "one who wrote another version of the kind": { ...created, apiVersion: "v2" },
  "the manager itself": { manager: "now", operation: "Apply", fieldsV1: claimed({ "f:old": {} }, mark) },
};
for (const [who, entry] of Object.entries(strangers)) {
  Deno.test(`nothing is taken over from ${who}`, () => assertEquals(look([entry]), "none"));
}

Deno.test("a takeover can wait while an earlier identity only holds fields that are applied as well", () => {
  assertEquals(look([{ ...created, fieldsV1: claimed({ "f:color": {} }) }]), "later");
  assertEquals(look([{ ...created, fieldsV1: claimed({ "f:constructor": {} }) }]) === "later", false);
});

Deno.test("an earlier identity that applied is taken over at once, because the next apply replaces its mark", () => {
  const applied: Entry = { manager: "then", operation: "Apply", fieldsV1: claimed({ "f:color": {} }, mark) };
  assertEquals(Object.keys(after([applied])), ["now Apply"]);
  assertEquals(Object.keys(after([{ ...created, fieldsV1: claimed({ "f:color": {} }) }, applied])), ["now Apply"]);
});

Deno.test("an earlier identity that applied without an owner reference is recognized as well", () => {
  const { "f:ownerReferences": _, ...metadata } = claimed({}, mark)["f:metadata"];
  const fieldsV1 = { ...claimed({ "f:old": {} }), "f:metadata": metadata };
  assertEquals(Object.keys(after([{ manager: "then", operation: "Apply", fieldsV1 }])), ["now Apply"]);
});
