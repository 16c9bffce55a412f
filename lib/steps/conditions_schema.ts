/** Kubernetes' rules for status conditions, and the schema of a CRD with these rules. */

/** The rules of `metav1.Condition`. */
export const CONDITION_RULES = {
  type: {
    maxLength: 316,
    pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?" +
      "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
  },
  reason: { minLength: 1, maxLength: 1_024, pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$" },
  message: { maxLength: 32_768 },
  statuses: ["True", "False", "Unknown"],
} as const;

/**
 * A JSON Schema for conditions, with the rules of `metav1.Condition`. It is a list map keyed by type, so that several field
 * managers can each apply their own conditions. Use it directly in `jsonSchema(…)`. It is not a zod schema: inside
 * `z.object(…)`, pass it as metadata, as below.
 *
 * @example With zod
 * ```ts
 * import { type Condition, conditionsSchema, defineResource } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const conditions: z.ZodType<Condition[]> = z.any().meta(conditionsSchema);
 * const Foo = defineResource({
 *   group: "example.dev",
 *   version: "v1",
 *   kind: "Foo",
 *   scope: "Namespaced",
 *   spec: z.object({}),
 *   status: z.object({ conditions: conditions.optional() }),
 * });
 * const schema = Foo.crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.status?.properties?.conditions;
 * assertEquals(schema?.["x-kubernetes-list-map-keys"], ["type"]);
 * ```
 */
export const conditionsSchema: Readonly<Record<string, unknown>> = Object.freeze(Object.defineProperty(
  {
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["type"],
    items: {
      type: "object",
      required: ["type", "status", "lastTransitionTime", "reason", "message"],
      properties: {
        type: { type: "string", ...CONDITION_RULES.type },
        status: { type: "string", enum: CONDITION_RULES.statuses },
        observedGeneration: { type: "integer", format: "int64", minimum: 0 },
        lastTransitionTime: { type: "string", format: "date-time" },
        reason: { type: "string", ...CONDITION_RULES.reason },
        message: { type: "string", ...CONDITION_RULES.message },
      },
    },
    // zod reads this from each part of a schema, and without it throws "Cannot read properties of undefined".
  },
  "_zod",
  { get: refuseZod },
));

function refuseZod(): never {
  throw new TypeError(
    "conditionsSchema is plain JSON Schema and no schema of zod: write z.any().meta(conditionsSchema) in its place",
  );
}
