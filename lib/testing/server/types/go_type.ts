/**
 * The Go types of the built-in kinds. They decide what the API server decodes, drops and shows: an empty list that Go
 * omits does not come back, and a time is a time.
 *
 * The notation of `kinds/` has one struct per line: `Name: field field:Type field!:Type? …`. The default type is
 * `string`. After the type may follow `?` (a pointer), `[]` (a list) or `{}` (a map from strings). A field that ends in
 * `!` is shown even if it is empty; one that ends in `-` is omitted even if it is an empty struct. The merge rule comes
 * last: `<key,key=default>` is a list with keys, then `<set>` and `<atomic>`. With `~`, strategic merge identifies
 * items by the first key (`~key`: by another one); `~replace` replaces the field as a whole. A struct that is always
 * atomic has `<atomic>` after its name.
 */

import { KIND_NOTES } from "./kinds/mod.ts";

export type ScalarName =
  | "string"
  | "bool"
  | "int32"
  | "int64"
  | "int"
  | "bytes"
  | "Quantity"
  | "Time"
  | "MicroTime"
  | "IntOrString"
  | "any";

export type GoType =
  | { readonly type: "scalar"; readonly name: ScalarName }
  | { readonly type: "pointer"; readonly to: GoType }
  | { readonly type: "list"; readonly items: GoType }
  | { readonly type: "map"; readonly values: GoType }
  | GoStruct;

/** A struct, with its fields in order. */
export interface GoStruct {
  readonly type: "struct";
  readonly name: string;
  readonly fields: ReadonlyMap<string, GoField>;
  /** Whether it is always replaced as a whole. */
  readonly atomic: boolean;
}

/** A field of a struct. */
export interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** When it is omitted: never, if empty, or also if it is a struct without any fields set. */
  readonly omitted: "never" | "empty" | "zero";
  /** How server-side apply merges it. */
  readonly merge: "default" | "atomic" | "set" | ReadonlyMap<string, string | undefined>;
  /** How strategic merge treats a list: as a whole, as a set, or by a key. */
  readonly patch: "replace" | "set" | { readonly key: string };
  /** Whether strategic merge replaces it although it is a struct. */
  readonly replaced: boolean;
}

const SCALARS: readonly string[] = [
  ...["string", "bool", "int32", "int64", "int", "bytes", "Quantity", "Time", "MicroTime", "IntOrString", "any"],
];

/** The notation by struct name. It is parsed when the struct is first used. */
const notes = new Map<string, string>();
const atomics = new Set<string>();
const structs = new Map<string, GoStruct>();

for (const note of KIND_NOTES.flatMap((text) => text.trim().split(/\n(?! )/))) {
  const colon = note.indexOf(":");
  const [name, atomic] = note.slice(0, colon).split("<");
  notes.set(name!, note.slice(colon + 1));
  if (atomic) atomics.add(name!);
}

/** The struct with a name; `undefined` if there is none. */
export function goStruct(name: string): GoStruct | undefined {
  const known = structs.get(name);
  if (known) return known;
  const note = notes.get(name);
  if (note === undefined) return undefined;
  const fields = new Map<string, GoField>();
  const struct: GoStruct = { type: "struct", name, fields, atomic: atomics.has(name) };
  structs.set(name, struct);
  for (const text of note.split(/\s+/).filter((part) => part !== "")) {
    const field = parseField(text);
    fields.set(field.name, field);
  }
  return struct;
}

const FIELD = /^([^!:-]+)([!-]?)(?::([A-Za-z0-9]*)((?:\?|\[\]|\{\})*)(?:<([^>]*)>)?((?:~\w*)*))?$/;

function parseField(text: string): GoField {
  const match = FIELD.exec(text);
  if (!match) {
    throw new Error(`Cannot read a field of a Go type as it is not in the notation: current value is ${text}`);
  }
  const [, name, mark, base = "", wrapping = "", merge, patch = ""] = match;
  const type = wrap(typeNamed(base === "" ? "string" : base), wrapping);
  return {
    name: name!,
    type,
    omitted: mark === "!" ? "never" : mark === "-" ? "zero" : "empty",
    merge: mergeOf(merge),
    patch: patchOf(patch.split("~").slice(1), merge),
    replaced: patch.includes("~replace"),
  };
}

function typeNamed(name: string): GoType {
  if (SCALARS.includes(name)) return { type: "scalar", name: name as ScalarName };
  const struct = goStruct(name);
  if (!struct) throw new Error(`Cannot read a Go type as there is no note of it: current value is ${name}`);
  return struct;
}

function wrap(type: GoType, wrapping: string): GoType {
  for (const sign of wrapping.match(/\?|\[\]|\{\}/g) ?? []) {
    type = sign === "?"
      ? { type: "pointer", to: type }
      : sign === "[]"
      ? { type: "list", items: type }
      : { type: "map", values: type };
  }
  return type;
}

function mergeOf(text: string | undefined): GoField["merge"] {
  if (text === undefined) return "default";
  if (text === "set" || text === "atomic") return text;
  return new Map(
    text.split(",").map((key) => {
      const [name, value] = key.split("=");
      return [name!, value];
    }),
  );
}

function patchOf(strategies: readonly string[], merge: string | undefined): GoField["patch"] {
  const [first] = strategies.filter((strategy) => strategy !== "retainKeys");
  if (first === undefined || first === "replace") return "replace";
  if (first !== "" && first !== "merge") return { key: first };
  const keys = mergeOf(merge);
  return typeof keys === "object" ? { key: [...keys.keys()][0]! } : "set";
}
