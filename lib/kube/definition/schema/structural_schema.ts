/** Structural schemas: the subset of JSON Schema that a CRD may hold. Only types. */

/** The JSON types that a CRD knows. */
export type JsonType = "array" | "boolean" | "integer" | "number" | "object" | "string";

/** Conditions on values. They may stand anywhere, also inside `anyOf` and the like. */
export interface ValueConditions {
  /** The values that are allowed. */
  enum?: readonly unknown[];
  /** A format that the API server checks, such as `date-time`. */
  format?: string;
  /** The least number. */
  minimum?: number;
  /** The largest number. */
  maximum?: number;
  /** Whether `minimum` itself is not allowed. */
  exclusiveMinimum?: boolean;
  /** Whether `maximum` itself is not allowed. */
  exclusiveMaximum?: boolean;
  /** Numbers must be multiples of this. */
  multipleOf?: number;
  /** The least number of characters. */
  minLength?: number;
  /** The largest number of characters. */
  maxLength?: number;
  /** A regular expression, as Go reads it. */
  pattern?: string;
  /** The least number of items. */
  minItems?: number;
  /** The largest number of items. */
  maxItems?: number;
  /** The least number of fields. */
  minProperties?: number;
  /** The largest number of fields. */
  maxProperties?: number;
  /** The fields that must be present. */
  required?: readonly string[];
  /** Conditions that must all hold. */
  allOf?: readonly ConditionSchema[];
  /** Conditions of which one or more must hold. */
  anyOf?: readonly ConditionSchema[];
  /** Conditions of which exactly one must hold. */
  oneOf?: readonly ConditionSchema[];
  /** Conditions that must not hold. */
  not?: ConditionSchema;
}

/** Conditions on a value and on its fields and items. */
export interface ConditionSchema extends ValueConditions {
  /** Conditions on fields. */
  properties?: Readonly<Record<string, ConditionSchema>>;
  /** Conditions on items. */
  items?: ConditionSchema;
}

/** A schema that gives every value a type. */
export interface StructuralSchema extends ValueConditions {
  /** The type; absent only if any type is allowed, or an integer or a string. */
  type?: JsonType;
  /** What the value is for. */
  description?: string;
  /** The value's name, for people. */
  title?: string;
  /** What the API server fills in if the value is absent. */
  default?: unknown;
  /** Whether `null` is allowed. */
  nullable?: boolean;
  /** The fields. */
  properties?: Readonly<Record<string, StructuralSchema>>;
  /** The values of a map. */
  additionalProperties?: StructuralSchema;
  /** The items of a list. */
  items?: StructuralSchema;
  /** Whether the value is an integer or a string. */
  "x-kubernetes-int-or-string"?: boolean;
  /** Whether fields that the schema does not name are kept. */
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  /** Rules in CEL. */
  "x-kubernetes-validations"?: readonly unknown[];
  /** Any other extension of Kubernetes. */
  [extension: `x-kubernetes-${string}`]: unknown;
}
