/** The merge of server-side apply: merges an applied configuration into an object, and removes what is no longer applied. */

import { below, type FieldSet, isEmptySet } from "./field_set.ts";
import { type Part, partsOf } from "./field_diff.ts";
import { isFields } from "../values/mod.ts";
import type { TypeNode } from "../types/mod.ts";

/** The object merged with the applied configuration. Neither is changed. */
export function mergeApplied(live: unknown, applied: unknown, type: TypeNode, depth = 0): unknown {
  const mine = partsOf(applied, type, depth);
  const theirs = partsOf(live, type, depth);
  if (!mine || !theirs) return applied;
  const merged = interleave(theirs, mine);
  if (!isFields(applied)) return merged.map(([, part]) => part.value);
  return Object.fromEntries(merged.map(([edge, part]) => [edge.slice(2), part.value]));
}

/** The parts of both. Parts that only the object has stay before the next common part; the rest follows the applied order. */
function interleave(theirs: Map<string, Part>, mine: Map<string, Part>): [string, Part][] {
  const result: [string, Part][] = [];
  const live = [...theirs];
  const shared = [...mine.keys()].filter((edge) => theirs.has(edge));
  let next = 0;
  const takeOthers = () => {
    for (; next < live.length && live[next]![0] !== shared[0]; next++) {
      if (!mine.has(live[next]![0])) result.push(live[next]!);
    }
  };
  for (const [edge, part] of mine) {
    takeOthers();
    const counterpart = theirs.get(edge);
    result.push([
      edge,
      counterpart ? { ...part, value: mergeApplied(counterpart.value, part.value, part.type, part.depth) } : part,
    ]);
    if (edge === shared[0]) shared.shift();
  }
  takeOthers();
  return result;
}

/**
 * Removes fields that were given up: those of `dropped` that are neither in `kept` (still applied) nor in `others`
 * (owned by other managers). A part of which something is kept stays, without the rest.
 */
export function withoutDropped(
  value: unknown,
  type: TypeNode,
  dropped: FieldSet,
  kept: FieldSet,
  others: FieldSet,
  depth = 0,
): unknown {
  const parts = partsOf(value, type, depth);
  if (!parts || isEmptySet(dropped)) return value;
  const remaining = [...parts].filter(([edge]) =>
    dropped[edge] === undefined || kept[edge] !== undefined || others[edge] !== undefined
  ).map(([edge, part]): [string, unknown] => [
    edge,
    withoutDropped(part.value, part.type, below(dropped, edge), below(kept, edge), below(others, edge), part.depth),
  ]);
  if (!isFields(value)) return remaining.map(([, item]) => item);
  return Object.fromEntries(remaining.map(([edge, item]) => [edge.slice(2), item]));
}
