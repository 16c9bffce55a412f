/** Lists in a strategic merge patch: merges items by key or by value, and orders them. */

import type { GoType } from "../types/mod.ts";
import { type Fields, goText, isFields, isSame, StatusError } from "../values/mod.ts";

/** The field of an item or a map that says what is done with it as a whole. */
export const DIRECTIVE = "$patch";

/** 500: the patch asks for something that there is not. */
export function badDirective(directive: unknown, patch: Fields): StatusError {
  return new StatusError(500, undefined, `unknown patch type: ${directive} in map: ${goText(patch)}`);
}

/**
 * Merges two lists.
 *
 * @param original The list to patch; its items are changed.
 * @param patch The items of the patch.
 * @param key The field that identifies items; `undefined` for a list of scalars.
 * @param type The type of the items.
 * @param mergeItem Merges an item of the patch into the one that it is about.
 */
export function mergeLists(
  original: readonly unknown[],
  patch: readonly unknown[],
  key: string | undefined,
  type: GoType | undefined,
  mergeItem: (original: Fields, patch: Fields, type: GoType | undefined) => Fields,
): unknown[] {
  if (![...original, ...patch].some(isFields)) {
    return orderLists([...new Set([...original, ...patch])], patch, original, undefined);
  }
  if (key === undefined) {
    throw new StatusError(500, undefined, `cannot merge lists without merge key for ${type ? nameOf(type) : "list"}`);
  }
  const { kept, merged: items, replaced } = obeyDirectives(original, patch.filter(isFields), key);
  if (replaced) return items;
  const merged = [...kept];
  for (const item of items) {
    const value = keyIn(item, key);
    const index = merged.findIndex((other) => isFields(other) && isSame(other[key], value));
    if (index < 0) merged.push(item);
    else merged[index] = mergeItem(merged[index] as Fields, item, type);
  }
  return orderLists(merged, items, kept, key);
}

function nameOf(type: GoType): string {
  return type.type === "struct" ? type.name : type.type;
}

function keyIn(item: Fields, key: string): unknown {
  if (Object.hasOwn(item, key)) return item[key];
  const shown = `map: ${goText(item)} does not contain declared merge key: ${key}`;
  throw new StatusError(500, undefined, shown);
}

/** Checks that the items of a patch are in the order it asks for. @throws {StatusError} If they are not. */
export function checkOrder(patch: readonly unknown[], order: readonly unknown[], key: string | undefined): void {
  const idOf = (item: unknown) => key !== undefined && isFields(item) ? item[key] : item;
  const items = patch.filter((item) => !(isFields(item) && Object.hasOwn(item, DIRECTIVE)));
  let next = 0;
  for (const item of items) {
    while (next < order.length && !isSame(idOf(order[next]), idOf(item))) next++;
    if (next++ < order.length || order.length === 0) continue;
    const shown = `${goText(patch)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`;
    throw new StatusError(500, undefined, `The order in patch list:\n${shown}`);
  }
}

/** Handles directives about the list as a whole and about items to delete. */
function obeyDirectives(original: readonly unknown[], patch: readonly Fields[], key: string) {
  const merged = patch.filter((item) => !Object.hasOwn(item, DIRECTIVE));
  let kept = [...original];
  let replaced = false;
  for (const item of patch) {
    if (!Object.hasOwn(item, DIRECTIVE)) continue;
    const directive = item[DIRECTIVE];
    if (directive === "replace") replaced = true;
    else if (directive !== "delete") throw badDirective(directive, item);
    else {
      const value = keyIn(item, key);
      kept = kept.filter((other) => !(isFields(other) && isSame(other[key], value)));
    }
  }
  return { kept, merged, replaced };
}

/**
 * Orders a merged list: items in the patch follow its order, the others keep theirs. One of the others comes first only
 * if it was first in the original.
 */
export function orderLists(
  merged: readonly unknown[],
  order: readonly unknown[],
  original: readonly unknown[],
  key: string | undefined,
): unknown[] {
  const idOf = (item: unknown) => key !== undefined && isFields(item) ? item[key] : item;
  const indexIn = (list: readonly unknown[], item: unknown) =>
    list.findIndex((other) => isSame(idOf(other), idOf(item)));
  const by = (list: readonly unknown[]) => (a: unknown, b: unknown) => indexIn(list, a) - indexIn(list, b);
  const named = merged.filter((item) => indexIn(order, item) >= 0).sort(by(order));
  const others = merged.filter((item) => indexIn(order, item) < 0).sort(by(original));
  const result: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const [left, right] = [indexIn(original, others[0]), indexIn(original, named[0])];
    result.push(left >= 0 && right >= 0 && left < right ? others.shift() : named.shift());
  }
  return [...result, ...others, ...named];
}
