/** The merging of server-side apply: lays an applied configuration over an object, and takes back what is no longer applied. */

import { below, type FieldSet, isEmptySet } from "./field_set.ts";
import { type Part, partsOf } from "./field_diff.ts";
import { isFields } from "../values/mod.ts";
import type { TypeNode } from "../types/mod.ts";

/** The object with the applied configuration laid over it. Neither is changed. */
export function mergeApplied(live: unknown, applied: unknown, type: TypeNode, depth = 0): unknown {
  const mine = partsOf(applied, type, depth);
  const theirs = partsOf(live, type, depth);
  if (!mine || !theirs) return applied;
  const merged = interleave(theirs, mine);
  if (!isFields(applied)) return merged.map(([, part]) => part.value);
  return Object.fromEntries(merged.map(([edge, part]) => [edge.slice(2), part.value]));
}

/** The parts of both: what only the object has stays before what comes next in both, the rest is in the order applied. */
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
 * The value without what was given up: fields of `dropped` that are in neither `kept` (still applied) nor `others` (owned by
 * other managers). A part of which something is kept stays, without the rest.
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
