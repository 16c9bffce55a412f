/** Structural schemas of custom resources, and how they control merging. */

import { isFields } from "../values/mod.ts";
import { ANY, ATOMIC, METADATA_TYPE, SET, type TypeNode } from "../types/mod.ts";

/** A CEL rule of a schema. */
export interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** A schema of a CustomResourceDefinition, or a part of one. */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly format?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "granular" | "atomic";
  readonly "x-kubernetes-validations"?: readonly Rule[];
}

/** The schema of a field; `undefined` if the schema does not describe it. */
export function schemaOfField(schema: Schema, name: string): Schema | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  return isFields(schema.additionalProperties) ? schema.additionalProperties : undefined;
}

/** Whether fields that the schema does not name are kept. */
export function keepsUnknown(schema: Schema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
}

/** The type of a custom resource's objects. */
export function customType(schema: Schema | undefined): TypeNode {
  if (!schema || keepsUnknown(schema) && !schema.properties) {
    return { type: "object", fields: { apiVersion: ANY, kind: ANY, metadata: METADATA_TYPE }, values: ANY };
  }
  const root = typeOf(schema);
  const fields = root.type === "object" ? root.fields : {};
  return {
    type: "object",
    fields: { ...fields, apiVersion: ANY, kind: ANY, metadata: METADATA_TYPE },
    ...(keepsUnknown(schema) ? { values: ANY } : {}),
  };
}

function typeOf(schema: Schema): TypeNode {
  if (schema["x-kubernetes-int-or-string"]) return ANY;
  switch (schema.type) {
    case "array":
      return listTypeOf(schema);
    case "object":
      return objectTypeOf(schema);
    case "string":
      return { type: "scalar", scalar: "string" };
    case "integer":
    case "number":
      return { type: "scalar", scalar: "numeric" };
    case "boolean":
      return { type: "scalar", scalar: "boolean" };
    default:
      return ANY;
  }
}

function objectTypeOf(schema: Schema): TypeNode {
  const atomic = schema["x-kubernetes-map-type"] === "atomic";
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, typeOf(field)] as const);
  const values = isFields(schema.additionalProperties)
    ? { values: typeOf(schema.additionalProperties) }
    : keepsUnknown(schema)
    ? { values: ANY }
    : {};
  const type: TypeNode = { type: "object", fields: Object.fromEntries(fields), ...values };
  return atomic ? { type: "atomic", of: type } : type;
}

function listTypeOf(schema: Schema): TypeNode {
  const listType = schema["x-kubernetes-list-type"];
  if (listType === "set") return SET;
  if (listType !== "map" || !schema.items) {
    return schema.items ? { type: "atomic", items: typeOf(schema.items) } : ATOMIC;
  }
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const withDefaults = keys.map((key) => [key, schema.items?.properties?.[key]?.default as string | undefined]);
  return { type: "list", keys: Object.fromEntries(withDefaults), items: typeOf(schema.items) };
}
