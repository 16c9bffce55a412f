/** Server-side apply: merges an applied configuration into an object, and finds conflicts. */

import { fieldsIn } from "./field_diff.ts";
import { type FieldSet, intersection, isEmptySet, pathsOf, union } from "./field_set.ts";
import { copyOf, type Fields, type ManagedFieldsEntry, type ServerObject, StatusError } from "../values/mod.ts";
import { diffOwned, entryOf, isOf, losing, ownedPart, setEntries, type Writer } from "./managed_fields.ts";
import { mergeApplied, withoutDropped } from "./structural_merge.ts";
import type { Resource } from "../store/mod.ts";
import type { TypeNode } from "../types/mod.ts";

/** Metadata is never removed. */
const METADATA: FieldSet = { "f:metadata": { ".": {} } };

/** The manager of fields from before the first apply. */
const BEFORE_FIRST_APPLY = "before-first-apply";

/** The managers of a live object's fields. If none are recorded, one is made up for the existing fields. */
function ownersOf(live: ServerObject, type: TypeNode, { apiVersion, time }: Writer): ManagedFieldsEntry[] {
  if (live.metadata.managedFields) return live.metadata.managedFields;
  if (!live.metadata.uid) return []; // nothing was there
  const before: Writer = { manager: BEFORE_FIRST_APPLY, operation: "Update", subresource: undefined, apiVersion, time };
  return [entryOf(before, fieldsIn(ownedPart(live), type))];
}

/** The result of an apply: the merged fields, before defaults, and the fields that the writer then owns. */
export interface Applied {
  readonly object: Fields;
  readonly owned: FieldSet;
}

/** Merges a configuration into an object, and removes what the writer applied before and no longer does. */
export function applyConfiguration(live: ServerObject, configuration: Fields, type: TypeNode, writer: Writer): Applied {
  const owned = fieldsIn(ownedPart(configuration), type);
  const entries = ownersOf(live, type, writer);
  const before = entries.find((entry) => isOf(entry, writer))?.fieldsV1 ?? {};
  const others = entries.filter((entry) => !isOf(entry, writer)).map((entry) => entry.fieldsV1).reduce(union, {});
  const merged = mergeApplied(live, configuration, type);
  const object = withoutDropped(merged, type, before, union(owned, METADATA), others);
  return { object: copyOf(object as Fields), owned };
}

/**
 * Records an apply. The writer owns what it applied; with `force`, others lose the fields that differ. Differences are
 * computed from the merged fields before defaults, because a default is nobody's change.
 */
export function recordApply(
  object: ServerObject,
  live: ServerObject,
  merged: Fields,
  resource: Resource,
  writer: Writer,
  owned: FieldSet,
  force: boolean,
): void {
  const entries = ownersOf(live, resource.type, writer);
  const others = entries.filter((entry) => !isOf(entry, writer));
  const { changed, removed } = diffOwned(live, merged, resource, writer);
  if (!force) refuseConflicts(others, changed);
  const mine = entryOf(writer, owned);
  if (isEmptySet(changed) && isEmptySet(removed)) keepTime(mine, entries.find((entry) => isOf(entry, writer)));
  setEntries(object.metadata, [mine, ...others.map((entry) => losing(entry, union(changed, removed)))]);
}

/** Keeps the old time if an apply only claims fields that already have these values. */
function keepTime(mine: ManagedFieldsEntry, before: ManagedFieldsEntry | undefined): void {
  if (before?.time === undefined) delete mine.time;
  else mine.time = before.time;
}

function refuseConflicts(others: readonly ManagedFieldsEntry[], changed: FieldSet): void {
  const conflicts = others.flatMap((entry) => {
    const fields = pathsOf(intersection(entry.fieldsV1, changed));
    return fields.length === 0 ? [] : [{ manager: describeManager(entry), fields }];
  });
  if (conflicts.length === 0) return;
  const causes = conflicts.flatMap(({ manager, fields }) =>
    fields.map((field) => ({ reason: "FieldManagerConflict", message: `conflict with ${manager}`, field }))
  );
  throw new StatusError(409, "Conflict", describeConflicts(conflicts, causes.length), { causes });
}

function describeConflicts(conflicts: { manager: string; fields: string[] }[], count: number): string {
  const [first] = conflicts;
  if (count === 1) return `Apply failed with 1 conflict: conflict with ${first!.manager}: ${first!.fields[0]}`;
  const list = conflicts.map(({ manager, fields }) =>
    `conflicts with ${manager}:\n${fields.map((field) => `- ${field}`).join("\n")}`
  );
  return `Apply failed with ${count} conflicts: ${list.join("\n")}`;
}

function describeManager({ manager, subresource, operation, apiVersion }: ManagedFieldsEntry): string {
  const name = JSON.stringify(manager) +
    (subresource === undefined ? "" : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}
