/** The API server's CEL functions for lists and sets. */

import type { Environment } from "@marcbachmann/cel-js";
import { isFields } from "../values/mod.ts";

type Ordered = bigint | number | string | boolean | Date;

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

/** Whether two values are the same to a rule. */
function isSameCel(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSameCel(item, b[index]));
  }
  if (!isFields(a) || !isFields(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameCel(a[name], b[name]));
}
