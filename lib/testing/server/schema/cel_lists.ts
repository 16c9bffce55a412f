/** What the API server adds to CEL for lists and sets. */

import type { Environment } from "@marcbachmann/cel-js";
import { isSameCel } from "./cel_values.ts";

type Ordered = bigint | number | string | boolean | Date;

/** Adds the functions. */
export function addListFunctions(environment: Environment): void {
  const add = (signature: string, handler: (...values: never[]) => unknown) =>
    environment.registerFunction(signature, handler as (...values: unknown[]) => unknown);
  add(
    "list.isSorted(): bool",
    (list: Ordered[]) => list.every((item, index) => index === 0 || list[index - 1]! <= item),
  );
  add("list.sum(): dyn", sum);
  add("list.min(): dyn", (list: Ordered[]) => extreme(list, (a, b) => a < b, "min"));
  add("list.max(): dyn", (list: Ordered[]) => extreme(list, (a, b) => a > b, "max"));
  add(
    "list.indexOf(dyn): int",
    (list: unknown[], item: unknown) => BigInt(list.findIndex((other) => isSameCel(other, item))),
  );
  add(
    "list.lastIndexOf(dyn): int",
    (list: unknown[], item: unknown) => BigInt(list.findLastIndex((other) => isSameCel(other, item))),
  );
}

function sum(list: readonly unknown[]): unknown {
  if (list.length === 0) return 0n;
  return list.reduce((total, item) => (total as bigint) + (item as bigint));
}

function extreme(list: readonly Ordered[], isBetter: (a: Ordered, b: Ordered) => boolean, name: string): Ordered {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error(`${name} called on empty list`);
  return rest.reduce((best, item) => isBetter(item, best) ? item : best, first);
}
