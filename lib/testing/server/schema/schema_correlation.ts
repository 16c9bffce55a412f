/** Which item of an old list is the same thing as an item of the new one. */

import { keyEdge } from "../fields/mod.ts";
import { isSame } from "../values/mod.ts";
import type { Schema } from "./schema.ts";

/** The item in the old list; `undefined` when there is none, or when the list has no way to tell items apart. */
export function counterpartIn(old: unknown, item: unknown, schema: Schema): unknown {
  if (!Array.isArray(old)) return undefined;
  const listType = schema["x-kubernetes-list-type"];
  if (listType === "set") return old.find((other) => isSame(other, item));
  if (listType !== "map") return undefined;
  const keys = Object.fromEntries((schema["x-kubernetes-list-map-keys"] ?? []).map((key) => [key, undefined]));
  const edge = keyEdge(item, keys);
  return old.find((other) => keyEdge(other, keys) === edge);
}
