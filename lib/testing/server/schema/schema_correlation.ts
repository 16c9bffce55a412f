/** Finds the item of an old list that corresponds to an item of the new one. */

import { keyEdge } from "../fields/mod.ts";
import { isSame } from "../values/mod.ts";
import type { Schema } from "./schema.ts";

/** The corresponding item; `undefined` if there is none, or the list has no keys to compare. */
export function counterpartIn(old: unknown, item: unknown, schema: Schema): unknown {
  if (!Array.isArray(old)) return undefined;
  const listType = schema["x-kubernetes-list-type"];
  if (listType === "set") return old.find((other) => isSame(other, item));
  if (listType !== "map") return undefined;
  const keys = Object.fromEntries((schema["x-kubernetes-list-map-keys"] ?? []).map((key) => [key, undefined]));
  const edge = keyEdge(item, keys);
  return old.find((other) => keyEdge(other, keys) === edge);
}
