/**
 * Fields that a former self of this controller holds: created before drift was put right, or applied under another name. They
 * become the present field manager's own, as what is no longer built could not be removed otherwise.
 */

import { apiVersionOf, type KubeObject } from "../model/mod.ts";
import { type Change, patch } from "../steps/mod.ts";
import { APPLIED_ANNOTATION, type Configuration } from "./configuration.ts";
import { IDENTIFYING_LABELS } from "./labels.ts";
import type { Claim } from "./ownership.ts";

/** A set of fields, as the API server notes it: keys such as `f:spec`, `k:{"name":"a"}` and `.`. */
interface FieldSet {
  readonly [key: string]: FieldSet;
}

/** Who holds which fields. */
interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsV1?: FieldSet;
}

/** Who holds which fields of an object that was read live; caches do not keep it. */
function entriesOf(object: KubeObject): readonly ManagedFieldsEntry[] {
  return (object.metadata as { managedFields?: readonly ManagedFieldsEntry[] }).managedFields ?? [];
}

/**
 * The entries of former selves. One that created the object, or adopted it, holds all that makes it a dependent; one that
 * applied it under another name holds its mark besides. A stranger that changes a dependent holds what it has changed.
 */
function formerSelves(claim: Claim<KubeObject>, object: KubeObject, manager: string): ManagedFieldsEntry[] {
  return entriesOf(object).filter((entry) => {
    const { operation, apiVersion, subresource, fieldsV1 } = entry;
    if (subresource || !fieldsV1 || apiVersion !== apiVersionOf(claim.kind) || !holdsClaim(claim, fieldsV1)) {
      return false;
    }
    if (operation === "Update") return true;
    return operation === "Apply" && entry.manager !== manager &&
      holds(fieldsV1, ["f:metadata", "f:annotations", `f:${APPLIED_ANNOTATION}`]);
  });
}

function holdsClaim({ owned, owner }: Claim<KubeObject>, fields: FieldSet): boolean {
  return IDENTIFYING_LABELS.every((label) => holds(fields, ["f:metadata", "f:labels", `f:${label}`])) &&
    (!owned || holds(fields, ["f:metadata", "f:ownerReferences", `k:${JSON.stringify({ uid: owner.metadata.uid })}`]));
}

function holds(fields: FieldSet, path: readonly string[]): boolean {
  let at: FieldSet | undefined = fields;
  for (const key of path) at = at && Object.hasOwn(at, key) ? at[key] : undefined;
  return at !== undefined;
}

/** What is to be done about former selves before an apply. */
export type Takeover =
  /** There are none. */
  | { readonly type: "none" }
  /** They hold nothing that is not applied as well: nothing yet. */
  | { readonly type: "later" }
  /** Their fields become the manager's own, by this change. */
  | { readonly type: "now"; readonly change: () => Change<KubeObject> };

/**
 * Looks for former selves.
 *
 * @param claim What makes the object the owner's dependent.
 * @param object The object, as the API server has it, `managedFields` included.
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
  if (former.every(({ fieldsV1 }) => isWithin(fieldsV1!, configuration))) return { type: "later" };
  return { type: "now", change: () => takeOver(claim, object, former, manager) };
}

/** Whether a configuration has all the fields of a set. When in doubt, it has not. By a list, as sets are as deep as objects. */
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

/** The change: former selves' entries become part of the manager's own. The API server refuses it if the object has changed. */
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

/** All fields of both. What only one of them has is taken over as it is. */
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
