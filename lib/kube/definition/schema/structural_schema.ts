/** Structural schemas: what a CRD may hold of JSON Schema. Only the types. */

/** The types of JSON that a CRD knows. */
export type JsonType = "array" | "boolean" | "integer" | "number" | "object" | "string";

/** Conditions on values. They may stand anywhere, inside `anyOf` and the like too. */
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
  /** What numbers are multiples of. */
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
  /** The fields that must be there. */
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

/** Conditions on a value and on what is in it. */
export interface ConditionSchema extends ValueConditions {
  /** Conditions on fields. */
  properties?: Readonly<Record<string, ConditionSchema>>;
  /** Conditions on items. */
  items?: ConditionSchema;
}

/** A schema that says of each value what type it has. */
export interface StructuralSchema extends ValueConditions {
  /** The type; absent only where any type, or a number or a text, is allowed. */
  type?: JsonType;
  /** What the value is for. */
  description?: string;
  /** The value's name, for people. */
  title?: string;
  /** What the API server fills in when the value is absent. */
  default?: unknown;
  /** Whether `null` is allowed. */
  nullable?: boolean;
  /** The fields. */
  properties?: Readonly<Record<string, StructuralSchema>>;
  /** The values of a map. */
  additionalProperties?: StructuralSchema;
  /** The items of a list. */
  items?: StructuralSchema;
  /** Whether the value is a whole number or a text. */
  "x-kubernetes-int-or-string"?: boolean;
  /** Whether what the schema does not know is kept. */
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  /** Rules in CEL. */
  "x-kubernetes-validations"?: readonly unknown[];
  /** Any other extension of Kubernetes. */
  [extension: `x-kubernetes-${string}`]: unknown;
}
