/** Metadata: decodes it from a request, validates it, and keeps fields that clients must not change. */

import { LONGEST_PREFIX } from "../store/mod.ts";
import {
  annotationErrors,
  type FieldError,
  type Fields,
  finalizerErrors,
  forbiddenField,
  goTypeOf,
  invalidValue,
  isFields,
  isSame,
  labelErrors,
  nameErrors,
  type NameRules,
  ownerErrors,
  required,
  type ServerMeta,
  type ServerObject,
} from "../values/mod.ts";

const TEXTS = [
  "name",
  "generateName",
  "namespace",
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
] as const;
const NUMBERS = ["generation", "deletionGracePeriodSeconds"] as const;
const MAPS = ["labels", "annotations"] as const;
const LISTS = ["ownerReferences", "finalizers", "managedFields"] as const;

/** A metadata field of the wrong type, such as `number`, `labels` or `string`. */
export interface MistypedField {
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

/**
 * Decodes the metadata of a request's object. Drops empty values, as the API server does, and unknown fields.
 *
 * @returns The metadata, or the field with the wrong type.
 */
export function readMetadata(value: unknown): { metadata: ServerMeta } | { mistyped: MistypedField } {
  if (value !== undefined && value !== null && !isFields(value)) return mistyped("metadata", value, "ObjectMeta");
  const given: Fields = value ?? {};
  const metadata: Fields = {};
  const wrong = copyScalars(given, metadata) ?? copyMaps(given, metadata) ?? copyLists(given, metadata);
  if (wrong) return wrong;
  return { metadata: { name: "", uid: "", creationTimestamp: "", ...metadata } as ServerMeta };
}

function copyScalars(given: Fields, metadata: Fields): { mistyped: MistypedField } | undefined {
  for (const name of [...TEXTS, ...NUMBERS]) {
    const value = given[name];
    if (value === undefined || value === null || value === "") continue;
    const isNumber = (NUMBERS as readonly string[]).includes(name);
    const fits = isNumber ? typeof value === "number" || typeof value === "bigint" : typeof value === "string";
    if (!fits) return mistyped(`ObjectMeta.${name}`, value, isNumber ? "int64" : "string");
    metadata[name] = value;
  }
}

function copyMaps(given: Fields, metadata: Fields): { mistyped: MistypedField } | undefined {
  for (const name of MAPS) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    if (!isFields(value)) return mistyped(`ObjectMeta.${name}`, value, "map[string]string");
    const entries = Object.entries(value);
    const wrong = entries.find(([, item]) => typeof item !== "string" && item !== null);
    if (wrong) return mistyped(`ObjectMeta.${name}`, wrong[1], "string");
    if (entries.length > 0) metadata[name] = Object.fromEntries(entries.map(([key, item]) => [key, item ?? ""]));
  }
}

function copyLists(given: Fields, metadata: Fields): { mistyped: MistypedField } | undefined {
  for (const name of LISTS) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    if (!Array.isArray(value)) return mistyped(`ObjectMeta.${name}`, value, "[]");
    const wrong = value.find((item) => name === "finalizers" ? typeof item !== "string" : !isFields(item));
    if (wrong !== undefined) return mistyped(`ObjectMeta.${name}`, wrong, name === "finalizers" ? "string" : "struct");
    if (value.length > 0 || name === "managedFields") metadata[name] = value;
  }
}

function mistyped(field: string, value: unknown, expected: string): { mistyped: MistypedField } {
  return { mistyped: { field, found: goTypeOf(value), expected } };
}

/** What is wrong with the metadata of any object. */
export function metadataErrors(metadata: ServerMeta, rules: NameRules, custom: boolean): FieldError[] {
  const { name, generateName, labels, annotations, finalizers, ownerReferences } = metadata;
  return [
    ...(generateName === undefined || isGiven(metadata) ? [] : generateNameErrors(generateName, rules)),
    ...(name === "" ? [required("metadata.name", "name or generateName is required")] : objectNameErrors(name, rules)),
    ...(labels ? labelErrors(labels) : []),
    ...(annotations ? annotationErrors(annotations) : []),
    ...(ownerReferences ? ownerErrors(ownerReferences) : []),
    ...(finalizers ? finalizerErrors(finalizers, custom) : []),
  ];
}

/** Names that cannot be in a path are refused first. */
function objectNameErrors(name: string, rules: NameRules): FieldError[] {
  const barred = [..."/%"].filter((char) => name.includes(char));
  if (barred.length === 0) return nameErrors(name, rules, "metadata.name");
  return barred.map((char) => invalidValue("metadata.name", name, `may not contain '${char}'`));
}

/** Whether the name was given, and not generated. */
function isGiven({ name, generateName }: ServerMeta): boolean {
  return name !== "" && !name.startsWith(generateName!.slice(0, LONGEST_PREFIX));
}

/** A prefix may end in a dash, because something follows. */
function generateNameErrors(generateName: string, rules: NameRules): FieldError[] {
  return nameErrors(generateName.replace(/-$/, "a"), rules, "metadata.generateName").map((error) => ({
    ...error,
    message: error.message.replace(JSON.stringify(generateName.replace(/-$/, "a")), JSON.stringify(generateName)),
  }));
}

/** Restores fields that an update may omit or must not change. */
export function keepMetadata(object: ServerObject, old: ServerObject, subresource: boolean): void {
  const [now, was] = [object.metadata, old.metadata];
  now.creationTimestamp = was.creationTimestamp;
  now.uid ||= was.uid;
  if (was.generateName !== undefined) now.generateName ??= was.generateName;
  keep(now, was, "generation");
  if (now.deletionTimestamp === undefined) keep(now, was, "deletionTimestamp");
  if (now.deletionGracePeriodSeconds === undefined) keep(now, was, "deletionGracePeriodSeconds");
  if (subresource || now.managedFields === undefined) now.managedFields = was.managedFields ?? [];
}

function keep<K extends keyof ServerMeta>(now: ServerMeta, was: ServerMeta, name: K): void {
  if (was[name] === undefined) delete now[name];
  else now[name] = was[name];
}

const IMMUTABLE = ["uid", "deletionTimestamp", "deletionGracePeriodSeconds"] as const;

/** Errors for metadata that an update must not change. */
export function metadataUpdateErrors(object: ServerObject, old: ServerObject): FieldError[] {
  const [now, was] = [object.metadata, old.metadata];
  const errors = IMMUTABLE.flatMap((name) =>
    isSame(now[name], was[name]) ? [] : [invalidValue(`metadata.${name}`, now[name], "field is immutable")]
  );
  const added = (now.finalizers ?? []).filter((name) => !(was.finalizers ?? []).includes(name));
  if (was.deletionTimestamp !== undefined && added.length > 0) {
    const list = added.map((name) => JSON.stringify(name)).join(", ");
    const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
    errors.push(forbiddenField("metadata.finalizers", why));
  }
  return errors;
}
