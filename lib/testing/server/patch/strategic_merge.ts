/** Strategic merge patch: a merge patch that merges some lists by key, with directives such as `$patch: delete`. */

import type { GoField, GoStruct, GoType } from "../types/mod.ts";
import { badRequest, copyOf, DEEPEST, type Fields, isFields, own, put } from "../values/mod.ts";
import { badDirective, checkOrder, DIRECTIVE, mergeLists, orderLists } from "./strategic_lists.ts";

const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM = "$deleteFromPrimitiveList/";
const ORDER = "$setElementOrder/";

/**
 * Applies a strategic merge patch.
 *
 * @param target The value to patch; it is not changed.
 * @param patch The patch.
 * @param struct The type of both.
 * @returns The patched value, which shares nothing with the inputs.
 * @throws {StatusError} If a directive is unknown, or an item lacks its key.
 */
export function applyStrategicMerge(target: Fields, patch: Fields, struct: GoStruct): Fields {
  return mergeMaps(copyOf(target), copyOf(patch), struct);
}

/** Merges a patch into the original, which is changed. */
export function mergeMaps(original: Fields, patch: Fields, type: GoType | undefined): Fields {
  if (Object.hasOwn(patch, DIRECTIVE)) return directed(patch);
  retainKeys(original, patch);
  const ordered = mergeOrdered(original, patch, type);
  for (const [name, value] of Object.entries(patch)) {
    if (name === RETAIN_KEYS || name.startsWith(ORDER) || ordered.has(name)) continue;
    if (name.startsWith(DELETE_FROM)) deleteItems(original, name.slice(DELETE_FROM.length), value);
    else if (value === null) delete original[name];
    else putOrDelete(original, name, mergeField(own(original, name), value, fieldOf(type, name)));
  }
  return original;
}

/** A map with a directive, taken as it is or emptied. */
function directed({ [DIRECTIVE]: directive, ...rest }: Fields): Fields {
  if (directive === "replace") return rest;
  if (directive === "delete") return {};
  throw badDirective(directive, { [DIRECTIVE]: directive, ...rest });
}

function putOrDelete(fields: Fields, name: string, value: unknown): void {
  if (value === undefined) delete fields[name];
  else put(fields, name, value);
}

/** The known type of a field: for a struct by the field's name, for a map that of its values. */
interface Known {
  readonly type: GoType | undefined;
  readonly patch: GoField["patch"];
  readonly replaced: boolean;
}

function fieldOf(type: GoType | undefined, name: string): Known {
  if (type?.type === "pointer") return fieldOf(type.to, name);
  if (type?.type === "map") return { type: type.values, patch: "replace", replaced: false };
  const field = type?.type === "struct" ? type.fields.get(name) : undefined;
  return field ?? { type: undefined, patch: "replace", replaced: false };
}

/** The merged value; `undefined` if the field is removed. */
function mergeField(original: unknown, value: unknown, { type, patch, replaced }: Known): unknown {
  if (replaced && isFields(original) && isFields(value)) return value;
  if (isFields(original) && isFields(value)) return mergeMaps(original, value, type);
  if (!Array.isArray(original) || !Array.isArray(value)) return withoutDirectives(value);
  if (patch === "replace") return value;
  return mergeLists(original, value, mergeKeyOf(patch), itemType(type), mergeMaps);
}

function mergeKeyOf(patch: GoField["patch"]): string | undefined {
  return typeof patch === "object" ? patch.key : undefined;
}

function itemType(type: GoType | undefined): GoType | undefined {
  if (type?.type === "pointer") return itemType(type.to);
  return type?.type === "list" ? type.items : undefined;
}

/** A new value without parts that have a directive and without null fields. */
function withoutDirectives(value: unknown, depth = 0): unknown {
  if (depth > DEEPEST) return value; // no kind has directives there
  if (Array.isArray(value)) {
    return value.map((item) => withoutDirectives(item, depth + 1)).filter((item) => item !== undefined);
  }
  if (!isFields(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  for (const [name, field] of Object.entries(value)) {
    putOrDelete(value, name, field === null ? undefined : withoutDirectives(field, depth + 1));
  }
  return value;
}

/** Drops the fields that are not retained. The patch may not set any of them. */
function retainKeys(original: Fields, patch: Fields): void {
  const keys = own(patch, RETAIN_KEYS);
  if (keys === undefined) return;
  const known = (name: string) => Array.isArray(keys) && keys.includes(name);
  const stray = Object.entries(patch).some(([name, value]) => value !== null && !name.startsWith("$") && !known(name));
  if (!Array.isArray(keys) || stray) {
    throw badRequest("invalid patch format of retainKeys");
  }
  for (const name of Object.keys(original)) if (!known(name)) delete original[name];
}

function deleteItems(original: Fields, name: string, values: unknown): void {
  const list = own(original, name);
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  original[name] = list.filter((item) => !values.includes(item));
}

/** Merges the lists whose order the patch gives. @returns Their names. */
function mergeOrdered(original: Fields, patch: Fields, type: GoType | undefined): Set<string> {
  const names = new Set<string>();
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(ORDER)) continue;
    if (!Array.isArray(order)) throw badRequest("invalid patch format of setElementOrder list");
    const name = directive.slice(ORDER.length);
    const field = fieldOf(type, name);
    const [before, given] = [own(original, name), own(patch, name)];
    if (!Array.isArray(before) && !Array.isArray(given)) continue;
    if (Array.isArray(given)) checkOrder(given, order, mergeKeyOf(field.patch));
    const merged = given === undefined ? before : mergeField(copyOf(before), given, field);
    original[name] = orderLists(merged as unknown[], order, (before ?? []) as unknown[], mergeKeyOf(field.patch));
    names.add(name);
  }
  return names;
}
