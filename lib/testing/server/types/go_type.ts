/**
 * The Go types of the built-in kinds, which decide what the API server reads, drops and shows: an empty list that Go leaves out
 * does not come back, and a time is a time.
 *
 * The notation of `kinds/`, one struct a line: `Name: field field:Type field!:Type? …`. A type is `string` when none is given;
 * after it come `?` (a pointer), `[]` (a list), `{}` (a map of texts to it). A field that ends in `!` is shown even when it is
 * empty, in `-` dropped even when it is an empty struct. How it is merged comes last: `<key,key=default>` a list by keys,
 * `<set>`, `<atomic>`; `~` lets strategic merge take items by the first key (`~key`: by another), `~replace` replaces it as a whole.
 * A struct that is always atomic has `<atomic>` after its name.
 */

import { KIND_NOTES } from "./kinds/mod.ts";

/** A type of one value, without list, map or struct. */
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

/** A type of Go. */
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
  /** When it is left out: never, when empty, or also when it is a struct of which nothing is set. */
  readonly omitted: "never" | "empty" | "zero";
  /** How applied configurations are merged into it. */
  readonly merge: "default" | "atomic" | "set" | ReadonlyMap<string, string | undefined>;
  /** How a strategic merge patch is merged into a list: as a whole, as a set, or by a key. */
  readonly patch: "replace" | "set" | { readonly key: string };
  /** Whether a strategic merge patch replaces it, though it is a struct. */
  readonly replaced: boolean;
}

const SCALARS: readonly string[] = [
  ...["string", "bool", "int32", "int64", "int", "bytes", "Quantity", "Time", "MicroTime", "IntOrString", "any"],
];

/** The notes by the struct's name. They are read when the struct is first asked for. */
const notes = new Map<string, string>();
const atomics = new Set<string>();
const structs = new Map<string, GoStruct>();

for (const note of KIND_NOTES.flatMap((text) => text.trim().split(/\n(?! )/))) {
  const colon = note.indexOf(":");
  const [name, atomic] = note.slice(0, colon).split("<");
  notes.set(name!, note.slice(colon + 1));
  if (atomic) atomics.add(name!);
}

/** The struct of a name; `undefined` when there is none. */
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
