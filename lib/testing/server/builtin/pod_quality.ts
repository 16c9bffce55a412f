/** The quality of service class of a Pod. */

import { arrayOf, type Fields, fieldsOf, quantityInMillis } from "../values/mod.ts";

const COUNTED = ["cpu", "memory"] as const;

/** The class: guaranteed if each container requests exactly its limits, best effort if none requests anything. */
export function podQuality(spec: Fields): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = [...arrayOf(spec.containers), ...arrayOf(spec.initContainers)].map((container) => {
    const { limits, requests } = fieldsOf(fieldsOf(container).resources);
    return { limits: fieldsOf(limits), requests: fieldsOf(requests) };
  });
  const asked = ({ limits, requests }: { limits: Fields; requests: Fields }) =>
    COUNTED.some((name) => isPositive(limits[name]) || isPositive(requests[name]));
  if (!containers.some(asked)) return "BestEffort";
  const exact = containers.every(({ limits, requests }) =>
    COUNTED.every((name) =>
      isPositive(limits[name]) && quantityInMillis(limits[name]) === quantityInMillis(requests[name] ?? limits[name])
    )
  );
  return exact ? "Guaranteed" : "Burstable";
}

function isPositive(value: unknown): boolean {
  return value !== undefined && quantityInMillis(value) > 0n;
}
