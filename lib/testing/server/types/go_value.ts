/** Decodes JSON by a Go type and encodes it again: refuses wrong types, drops what Go omits, and canonicalizes values. */

import {
  base64Problem,
  canonicalMicroTime,
  canonicalQuantity,
  canonicalTime,
  DecodingError,
  type Fields,
  goTypeOf,
  isFields,
} from "../values/mod.ts";
import type { GoField, GoStruct, GoType, ScalarName } from "./go_type.ts";

/** Resource amounts are kept in thousandths. */
const MILLI = -3;

/** The path of a value, in the API server's two notations. */
interface Place {
  /** Without indexes, and relative to the struct: `spec.template.spec.containers.image`. */
  readonly field: string;
  readonly struct: string;
  /** With indexes. */
  readonly path: string;
  /** Whether this is the stored form, in which an empty list is absent. */
  readonly stored: boolean;
}

/**
 * The fields of an object as its Go type shows them.
 *
 * @param fields The fields; they are not changed.
 * @param struct The type of the whole object.
 * @param unknown Gets the paths of unknown fields.
 * @param stored Whether this is the stored form, in which an empty list is absent.
 * @returns The fields in the type's order, without those that Go omits, and with those that it shows even if empty.
 * @throws {DecodingError} If a value has the wrong type.
 */
export function readGoObject(fields: Fields, struct: GoStruct, unknown: string[], stored = false): Fields {
  const { apiVersion, kind, ...rest } = fields;
  const read = readStruct(rest, struct, { field: "", struct: struct.name, path: "", stored }, unknown);
  return { ...(kind === undefined ? {} : { kind }), ...(apiVersion === undefined ? {} : { apiVersion }), ...read };
}

function readStruct(value: Fields, struct: GoStruct, place: Place, unknown: string[]): Fields {
  const read = new Map<string, unknown>();
  for (const name of Object.keys(value)) {
    const field = struct.fields.get(name);
    const path = place.path === "" ? name : `${place.path}.${name}`;
    if (!field) {
      unknown.push(path);
      continue;
    }
    const inner: Place = {
      field: place.field === "" ? name : `${place.field}.${name}`,
      struct: struct.name,
      path,
      stored: place.stored,
    };
    read.set(name, readValue(value[name], field.type, inner, unknown));
  }
  const shown: Fields = {};
  for (const field of struct.fields.values()) {
    const given = read.get(field.name);
    const result = given === undefined ? zeroOf(field.type) : given;
    if (!isLeftOut(result, field)) shown[field.name] = result;
  }
  return shown;
}

/** The value that Go shows if nothing was set; `undefined` for a nil pointer. */
function zeroOf(type: GoType): unknown {
  switch (type.type) {
    case "pointer":
    case "list":
    case "map":
      return null;
    case "struct":
      return readStruct({}, type, { field: "", struct: type.name, path: "", stored: true }, []);
    case "scalar":
      return ZEROS[type.name];
  }
}

const ZEROS: Readonly<Record<ScalarName, unknown>> = {
  ...{ string: "", bool: false, int32: 0, int64: 0, int: 0, bytes: null, Quantity: "0", Time: null, MicroTime: null },
  ...{ IntOrString: 0, any: null },
};

/** Go omits nil, empty texts, lists and maps, and zeros that are not behind a pointer; but not empty structs. */
function isLeftOut(value: unknown, { type, omitted }: GoField): boolean {
  if (omitted === "never") return false;
  switch (type.type) {
    case "pointer":
      return value === null;
    case "list":
      return value === null || (value as unknown[]).length === 0;
    case "map":
      return value === null || Object.keys(value as Fields).length === 0;
    case "struct":
      return omitted === "zero" && Object.keys(value as Fields).length === 0;
    case "scalar":
      return isZeroScalar(value, type.name, omitted);
  }
}

function isZeroScalar(value: unknown, name: ScalarName, omitted: GoField["omitted"]): boolean {
  const isStruct = name === "Time" || name === "MicroTime" || name === "Quantity" || name === "IntOrString";
  if (isStruct) return omitted === "zero" && value === ZEROS[name];
  return value === null || value === ZEROS[name];
}

function readValue(value: unknown, type: GoType, place: Place, unknown: string[]): unknown {
  if (value === null) return zeroOf(type);
  switch (type.type) {
    case "pointer":
      return readValue(value, type.to, place, unknown);
    case "list":
      if (!Array.isArray(value)) throw mistyped(value, type, place);
      if (value.length === 0 && place.stored) return null;
      return value.map((item, index) =>
        readValue(item, type.items, { ...place, path: `${place.path}[${index}]` }, unknown)
      );
    case "map": {
      if (!isFields(value)) throw mistyped(value, type, place);
      const entries = Object.entries(value).map(([key, item]) =>
        [key, readMapValue(item, type.values, { ...place, path: `${place.path}.${key}` }, unknown)] as const
      );
      return Object.fromEntries(entries);
    }
    case "struct":
      if (!isFields(value)) throw mistyped(value, type, place);
      return readStruct(value, type, place, unknown);
    case "scalar":
      return readScalar(value, type.name, place);
  }
}

/** Maps of quantities are resource amounts. */
function readMapValue(value: unknown, type: GoType, place: Place, unknown: string[]): unknown {
  if (type.type === "scalar" && type.name === "Quantity" && value !== null) return canonicalQuantity(value, MILLI);
  return readValue(value, type, place, unknown);
}

function readScalar(value: unknown, name: ScalarName, place: Place): unknown {
  switch (name) {
    case "any":
      return value;
    case "string":
      if (typeof value !== "string") throw mistypedScalar(value, "string", place);
      return value;
    case "bool":
      if (typeof value !== "boolean") throw mistypedScalar(value, "bool", place);
      return value;
    case "int32":
    case "int64":
    case "int":
      return readInteger(value, name, place);
    case "IntOrString":
      return typeof value === "string" ? value : readInteger(value, "int32", place);
    case "Quantity":
      return canonicalQuantity(value);
    case "Time":
    case "MicroTime":
      if (typeof value !== "string") throw mistypedScalar(value, "string", place);
      return name === "Time" ? canonicalTime(value) : canonicalMicroTime(value);
    case "bytes":
      return readBytes(value, place);
  }
}

function readInteger(value: unknown, name: "int32" | "int64" | "int", place: Place): unknown {
  // Integers that JavaScript numbers cannot represent come as BigInt.
  if (typeof value === "bigint") {
    if (name !== "int32" && value >= -(2n ** 63n) && value < 2n ** 63n) return value;
    throw outOfRange(value, name, place);
  }
  if (typeof value !== "number") throw mistypedScalar(value, name, place);
  const greatest = name === "int32" ? 2 ** 31 : 2 ** 63;
  if (Number.isInteger(value) && value >= -greatest && value < greatest) return value;
  throw outOfRange(value, name, place);
}

function outOfRange(value: number | bigint, name: string, { struct, field }: Place): DecodingError {
  return new DecodingError(
    `json: cannot unmarshal number ${value} into Go struct field ${struct}.${field} of type ${name}`,
  );
}

function readBytes(value: unknown, place: Place): string {
  if (typeof value !== "string") throw mistypedScalar(value, "[]uint8", place);
  const text = value.replace(/[\r\n]/g, "");
  const at = base64Problem(text);
  if (at !== undefined) throw new DecodingError(`illegal base64 data at input byte ${at}`);
  return text;
}

function mistyped(value: unknown, type: GoType, place: Place): DecodingError {
  return mistypedScalar(value, goNameOf(type), place);
}

function mistypedScalar(value: unknown, name: string, { struct, field }: Place): DecodingError {
  return new DecodingError(
    `json: cannot unmarshal ${goTypeOf(value)} into Go struct field ${struct}.${field} of type ${name}`,
  );
}

function goNameOf(type: GoType): string {
  switch (type.type) {
    case "pointer":
      return goNameOf(type.to);
    case "list":
      return `[]${goNameOf(type.items)}`;
    case "map":
      return `map[string]${goNameOf(type.values)}`;
    case "struct":
      return `v1.${type.name}`;
    case "scalar":
      return type.name;
  }
}
