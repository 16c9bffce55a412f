/** The API server's CEL functions for quantities. */

import type { Environment } from "@marcbachmann/cel-js";
import { canonicalQuantity, quantityInMillis } from "../values/mod.ts";

/** A quantity, in thousandths. */
class CelQuantity {
  constructor(readonly millis: bigint) {}
}

function isQuantity(text: string): boolean {
  try {
    canonicalQuantity(text);
    return true;
  } catch {
    return false; // the question is whether it is one
  }
}

export function addQuantities(environment: Environment): void {
  const add = (signature: string, handler: (...values: never[]) => unknown) =>
    environment.registerFunction(signature, handler as (...values: unknown[]) => unknown);
  environment.registerType("Quantity", { ctor: CelQuantity, fields: {} });
  add("isQuantity(string): bool", isQuantity);
  add("quantity(string): Quantity", (text: string) => new CelQuantity(quantityInMillis(text)));
  add("Quantity.isGreaterThan(Quantity): bool", (a: CelQuantity, b: CelQuantity) => a.millis > b.millis);
  add("Quantity.isLessThan(Quantity): bool", (a: CelQuantity, b: CelQuantity) => a.millis < b.millis);
  add(
    "Quantity.compareTo(Quantity): int",
    (a: CelQuantity, b: CelQuantity) => a.millis === b.millis ? 0n : a.millis > b.millis ? 1n : -1n,
  );
  add("Quantity.add(Quantity): Quantity", (a: CelQuantity, b: CelQuantity) => new CelQuantity(a.millis + b.millis));
  add("Quantity.sub(Quantity): Quantity", (a: CelQuantity, b: CelQuantity) => new CelQuantity(a.millis - b.millis));
  add("Quantity.sign(): int", ({ millis }: CelQuantity) => millis === 0n ? 0n : millis > 0n ? 1n : -1n);
  add("Quantity.isInteger(): bool", ({ millis }: CelQuantity) => millis % 1000n === 0n);
  add("Quantity.asInteger(): int", ({ millis }: CelQuantity) => millis / 1000n);
  add("Quantity.asApproximateFloat(): double", ({ millis }: CelQuantity) => Number(millis) / 1000);
}
