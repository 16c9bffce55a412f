/** `metadata.managedFields`: which manager set which fields. Updated with every write. */

import { diffFields, type FieldDiff } from "./field_diff.ts";
import { difference, dropBelow, type FieldSet, isEmptySet, union } from "./field_set.ts";
import { type Fields, isSame, type ManagedFieldsEntry, type ServerMeta, type ServerObject } from "../values/mod.ts";
import type { Resource } from "../store/mod.ts";

/** The writer of a change. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource: string | undefined;
  readonly apiVersion: string;
  /** The time of the write, as a timestamp. */
  readonly time: string;
}

/** Metadata that the server sets and no manager owns. */
const UNOWNED_METADATA = [
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "selfLink",
];

/** The part of an object that managers can own. */
export function ownedPart(object: Fields): Fields {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const owned: Fields = {};
  for (const [name, value] of Object.entries(metadata as Fields ?? {})) {
    if (!UNOWNED_METADATA.includes(name)) owned[name] = value;
  }
  return isEmptySet(owned) ? rest : { metadata: owned, ...rest };
}

/** The ownable fields in which two objects differ. Metadata always exists, so it is never new or gone. */
export function diffOwned(before: Fields, after: Fields, { type, strategy }: Resource, writer: Writer): FieldDiff {
  const diff = diffFields({ metadata: {}, ...ownedPart(before) }, { metadata: {}, ...ownedPart(after) }, type);
  const unowned = writer.subresource === "status" ? strategy.unowned.status : strategy.unowned.main;
  for (const path of unowned) {
    dropBelow(diff.changed, path);
    dropBelow(diff.removed, path);
  }
  return diff;
}

/** Records a write other than an apply: the writer owns what it changed, and others lose it. */
export function recordUpdate(
  object: ServerObject,
  old: ServerObject | undefined,
  resource: Resource,
  writer: Writer,
): void {
  // If nobody owned any field of an object, owners are only recorded from its first apply on.
  if (old && !old.metadata.managedFields) return setEntries(object.metadata, []);
  const given = object.metadata.managedFields;
  if (old && given && isReset(given)) return setEntries(object.metadata, []);
  const { changed, removed } = diffOwned(old ?? resource.strategy.empty(), object, resource, writer);
  const entries = given ?? [];
  if (isEmptySet(changed) && isEmptySet(removed)) return setEntries(object.metadata, entries);
  const mine = entries.find((entry) => isOf(entry, writer));
  const owned = difference(union(mine?.fieldsV1 ?? {}, changed), difference(removed, changed));
  const others = entries.filter((entry) => entry !== mine).map((entry) => losing(entry, union(changed, removed)));
  setEntries(object.metadata, [...others, entryOf(writer, owned)]);
}

/** Whether a client resets the field: it sends no entries, or one empty entry. */
function isReset(entries: readonly ManagedFieldsEntry[]): boolean {
  return entries.length === 0 || (entries.length === 1 && Object.keys(entries[0]!).length === 0);
}

/** The entry without some fields, with its time unchanged. */
export function losing(entry: ManagedFieldsEntry, fields: FieldSet): ManagedFieldsEntry {
  return { ...entry, fieldsV1: difference(entry.fieldsV1, fields) };
}

/** Whether an entry belongs to a writer. */
export function isOf(entry: ManagedFieldsEntry, writer: Writer): boolean {
  return entry.manager === writer.manager && entry.operation === writer.operation &&
    entry.subresource === writer.subresource &&
    (entry.operation === "Apply" || entry.apiVersion === writer.apiVersion);
}

/** The entry of a writer. */
export function entryOf(
  { manager, operation, apiVersion, time, subresource }: Writer,
  fieldsV1: FieldSet,
): ManagedFieldsEntry {
  return {
    ...{ manager, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1 },
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** Sets the entries that own something: applies first, then by time. */
export function setEntries(metadata: ServerMeta, entries: readonly ManagedFieldsEntry[]): void {
  const kept = entries.filter((entry) => !isEmptySet(entry.fieldsV1)).sort(byOperationAndTime);
  if (kept.length > 0) metadata.managedFields = kept;
  else delete metadata.managedFields;
}

function byOperationAndTime(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return compare(a.operation, b.operation) || compare(a.time ?? "", b.time ?? "") ||
    compare(a.manager, b.manager) || compare(a.apiVersion, b.apiVersion) ||
    compare(a.subresource ?? "", b.subresource ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether two objects are equal except for the resourceVersion and the times of their managed fields. */
export function isSameWrite(a: ServerObject, b: ServerObject): boolean {
  return isSame(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(object: ServerObject): Fields {
  const { resourceVersion: _version, managedFields, ...metadata } = object.metadata;
  const entries = managedFields?.map(({ time: _time, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, ...(entries ? { managedFields: entries } : {}) } };
}
