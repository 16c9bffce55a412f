/**
 * Takes over fields that this controller wrote under another identity: when it created the object before drift was
 * corrected, or when it applied the object under another name. The present field manager must hold these fields;
 * otherwise its apply could not remove those that are no longer built.
 */

import { apiVersionOf, type KubeObject } from "../model/mod.ts";
import { type Change, patch } from "../steps/mod.ts";
import { APPLIED_ANNOTATION, type Configuration } from "./configuration.ts";
import { IDENTIFYING_LABELS, OWNER_ANNOTATION } from "./labels.ts";
import type { Claim } from "./ownership.ts";

/** A set of fields as the API server stores it: keys such as `f:spec`, `k:{"name":"a"}` and `.`. */
interface FieldSet {
  readonly [key: string]: FieldSet;
}

/** An entry of `managedFields`: which manager holds which fields. */
interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsV1?: FieldSet;
}

/** The entries of an object that was read live. Caches drop them. */
function entriesOf(object: KubeObject): readonly ManagedFieldsEntry[] {
  return (object.metadata as { managedFields?: readonly ManagedFieldsEntry[] }).managedFields ?? [];
}

/**
 * The entries that this controller made under another identity. If it created or adopted the object, its entry holds
 * everything that makes the object a dependent. If it applied the object under another name, its entry holds the labels
 * and the mark. Others hold only the fields that they changed.
 */
function formerSelves(claim: Claim<KubeObject>, object: KubeObject, manager: string): ManagedFieldsEntry[] {
  return entriesOf(object).filter((entry) => {
    const { operation, apiVersion, subresource, fieldsV1 } = entry;
    if (subresource || !fieldsV1 || apiVersion !== apiVersionOf(claim.kind) || !holdsLabels(fieldsV1)) return false;
    if (operation === "Update") return holdsReference(claim, fieldsV1);
    return operation === "Apply" && entry.manager !== manager && holdsAnnotation(fieldsV1, APPLIED_ANNOTATION);
  });
}

function holdsLabels(fields: FieldSet): boolean {
  return IDENTIFYING_LABELS.every((label) => holds(fields, ["f:metadata", "f:labels", `f:${label}`]));
}

/** Whether the fields hold the owner reference, or the annotation in its place. */
function holdsReference({ owned, owner: { metadata: { uid } } }: Claim<KubeObject>, fields: FieldSet): boolean {
  return !owned || holds(fields, ["f:metadata", "f:ownerReferences", `k:${JSON.stringify({ uid })}`]) ||
    holdsAnnotation(fields, OWNER_ANNOTATION);
}

function holdsAnnotation(fields: FieldSet, annotation: string): boolean {
  return holds(fields, ["f:metadata", "f:annotations", `f:${annotation}`]);
}

function holds(fields: FieldSet, path: readonly string[]): boolean {
  let at: FieldSet | undefined = fields;
  for (const key of path) at = at && Object.hasOwn(at, key) ? at[key] : undefined;
  return at !== undefined;
}

/** What to do about entries of other identities before an apply. */
export type Takeover =
  /** There are no such entries. */
  | { readonly type: "none" }
  /** They hold only fields that are applied as well, so nothing has to be done yet. */
  | { readonly type: "later" }
  /** This change moves their fields to the present manager. */
  | { readonly type: "now"; readonly change: () => Change<KubeObject> };

/**
 * Looks for entries of other identities of this controller.
 *
 * @param claim What makes the object the owner's dependent.
 * @param object The object as the API server has it, with `managedFields`.
 * @param configuration What is to be applied.
 * @param manager The present field manager.
 */
export function findTakeover(
  claim: Claim<KubeObject>,
  object: KubeObject,
  configuration: Configuration,
  manager: string,
): Takeover {
  const former = formerSelves(claim, object, manager);
  if (former.length === 0) return { type: "none" };
  // An earlier name that applied the object is recognized by its mark. The next apply replaces the mark, so this cannot
  // wait.
  const mayWait = former.every(({ operation, fieldsV1 }) =>
    operation === "Update" && isWithin(fieldsV1!, configuration)
  );
  if (mayWait) return { type: "later" };
  return { type: "now", change: () => takeOver(claim, object, former, manager) };
}

/** Whether a configuration has all fields of a set. In doubt it has not. Not recursive, because sets are as deep as objects. */
function isWithin(fields: FieldSet, value: unknown): boolean {
  const left: (readonly [FieldSet, unknown])[] = [[fields, value]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [within, present] = next;
    for (const key of Object.keys(within)) {
      if (key === ".") continue;
      const inner = memberOf(present, key);
      if (inner === undefined) return false;
      left.push([within[key]!, inner]);
    }
  }
  return true;
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const [type, name] = [key.slice(0, 2), key.slice(2)];
  if (type === "f:") return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  if (type !== "k:" || !Array.isArray(value)) return undefined;
  const keys = Object.entries(JSON.parse(name) as Record<string, unknown>);
  return value.find((item) => keys.every(([field, wanted]) => memberOf(item, `f:${field}`) === wanted));
}

/** The change that merges the entries into the manager's own. The API server refuses it if the object has changed since. */
function takeOver(
  { kind }: Claim<KubeObject>,
  object: KubeObject,
  former: readonly ManagedFieldsEntry[],
  manager: string,
): Change<KubeObject> {
  const entries = entriesOf(object);
  const mine = entries.find((entry) => entry.operation === "Apply" && entry.manager === manager && !entry.subresource);
  const fieldsV1 = [...former, ...(mine ? [mine] : [])].map((entry) => entry.fieldsV1 ?? {}).reduce(union, {});
  const base = mine ?? { ...former[0]!, manager, operation: "Apply" };
  const others = entries.filter((entry) => entry !== mine && !former.includes(entry));
  const { uid, resourceVersion } = object.metadata;
  return patch(kind, object, {
    json: [
      { op: "test", path: "/metadata/uid", value: uid },
      { op: "replace", path: "/metadata/managedFields", value: [{ ...base, fieldsV1 }, ...others] },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ],
  });
}

/** All fields of both sets. */
function union(a: FieldSet, b: FieldSet): FieldSet {
  const joined: Record<string, FieldSet> = { ...a };
  const left: [into: Record<string, FieldSet>, more: FieldSet][] = [[joined, b]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [into, more] = next;
    for (const [key, fields] of Object.entries(more)) {
      const inner = Object.hasOwn(into, key) ? { ...into[key] } : undefined;
      into[key] = inner ?? fields;
      if (inner) left.push([inner, fields]);
    }
  }
  return joined;
}
