/** Strategic merge patch: a merge patch that knows which lists are merged by key, with directives such as `$patch: delete`. */

import { copyOf, type Fields, isFields, isSame } from "./json.ts";
import { fieldType, type TypeNode } from "./type_node.ts";

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM = "$deleteFromPrimitiveList/";
const ORDER = "$setElementOrder/";

/**
 * Applies a strategic merge patch.
 *
 * @param target What is patched; it is not changed.
 * @param patch The patch.
 * @param type The type of both.
 * @returns The patched value, which shares nothing with either.
 */
export function applyStrategicMerge(target: unknown, patch: unknown, type: TypeNode): unknown {
  if (!isFields(patch)) return copyOf(patch);
  if (patch[DIRECTIVE] === "replace") return withoutDirectives(patch);
  if (patch[DIRECTIVE] === "delete") return {};
  const result = (isFields(target) ? copyOf(target) : {}) as Fields;
  retainKeys(result, patch[RETAIN_KEYS]);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE_FROM)) removeFromSet(result, name.slice(DELETE_FROM.length), value);
    else if (name.startsWith(ORDER) || name === RETAIN_KEYS || name === DIRECTIVE) continue;
    else if (value === null) delete result[name];
    else result[name] = mergeField(result[name], value, fieldType(type, name));
  }
  for (const [name, order] of Object.entries(patch)) {
    if (name.startsWith(ORDER)) reorder(result, name.slice(ORDER.length), order, type);
  }
  return result;
}

function mergeField(target: unknown, value: unknown, type: TypeNode): unknown {
  if (!Array.isArray(value)) return applyStrategicMerge(target, value, type);
  const list = Array.isArray(target) ? target : [];
  if (type.type === "set") return [...new Set([...value, ...list])];
  if (type.type === "list") return mergeList(list, value, type);
  return copyOf(value);
}

/** The first key is the one that strategic merge goes by. */
function mergeKeyOf(type: TypeNode & { type: "list" }): string {
  return Object.keys(type.keys)[0]!;
}

function mergeList(
  target: readonly unknown[],
  patch: readonly unknown[],
  type: TypeNode & { type: "list" },
): unknown[] {
  const key = mergeKeyOf(type);
  const items = patch.filter(isFields);
  const isKeyed = (item: Fields) => item[key] !== undefined;
  if (items.some((item) => item[DIRECTIVE] === "replace" && !isKeyed(item))) {
    return items.filter((item) => item[DIRECTIVE] !== "replace").map(withoutDirectives);
  }
  const deleted = items.filter((item) => item[DIRECTIVE] === "delete");
  const merged = items.filter((item) => item[DIRECTIVE] !== "delete");
  const has = (list: readonly Fields[], item: unknown) =>
    isFields(item) && list.some((other) => isSame(other[key], item[key]));
  const find = (item: Fields) => target.find((other) => isFields(other) && isSame(other[key], item[key]));
  // As the API server: what the patch names comes first, in its order.
  return [
    ...merged.map((item) => applyStrategicMerge(find(item), item, type.items)),
    ...copyOf(target.filter((item) => !has(merged, item) && !has(deleted, item))),
  ];
}

function withoutDirectives(value: Fields): Fields {
  const { [DIRECTIVE]: _directive, ...rest } = value;
  return copyOf(rest);
}

function retainKeys(result: Fields, keys: unknown): void {
  if (!Array.isArray(keys)) return;
  for (const name of Object.keys(result)) {
    if (!keys.includes(name)) delete result[name];
  }
}

function removeFromSet(result: Fields, name: string, values: unknown): void {
  const list = result[name];
  if (Array.isArray(list) && Array.isArray(values)) result[name] = list.filter((item) => !values.includes(item));
}

function reorder(result: Fields, name: string, order: unknown, type: TypeNode): void {
  const list = result[name];
  const listType = fieldType(type, name);
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const key = listType.type === "list" ? mergeKeyOf(listType) : undefined;
  const idOf = (item: unknown) => key !== undefined && isFields(item) ? item[key] : item;
  const ids = order.map(idOf);
  const rankOf = (item: unknown) => {
    const rank = ids.findIndex((id) => isSame(id, idOf(item)));
    return rank < 0 ? ids.length : rank;
  };
  result[name] = [...list].sort((a, b) => rankOf(a) - rankOf(b));
}
