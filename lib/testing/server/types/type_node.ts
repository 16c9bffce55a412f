/** How the parts of a kind are merged: which lists have keys, which are sets, and what is replaced as a whole. */

/** The merge type of a value. Unless it says otherwise, objects are merged by field and lists replaced as a whole. */
export type TypeNode =
  /** Unknown: objects by field, lists as a whole. `declared`: whether its fields count as declared. */
  | { readonly type: "any"; readonly declared: boolean }
  /** Replaced as a whole. Its contents only matter for checking an applied configuration. */
  | { readonly type: "atomic"; readonly items?: TypeNode; readonly of?: TypeNode }
  /** A scalar of a known type. */
  | { readonly type: "scalar"; readonly scalar: "string" | "numeric" | "boolean" }
  /** Merged by field. `fields` are declared; `values` is the type of all others, which are refused if it is absent. */
  | { readonly type: "object"; readonly fields: Readonly<Record<string, TypeNode>>; readonly values?: TypeNode }
  /** A list whose items are identified by keys. A missing key may have a default. */
  | { readonly type: "list"; readonly keys: Readonly<Record<string, string | undefined>>; readonly items: TypeNode }
  /** A list of distinct scalars. */
  | { readonly type: "set" };

/** Objects by field, lists as a whole. */
export const ANY: TypeNode = { type: "any", declared: false };

/** Like `ANY`, for kinds whose fields are all declared, though not here. */
export const STRUCT: TypeNode = { type: "any", declared: true };

/** Replaced as a whole. */
export const ATOMIC: TypeNode = { type: "atomic" };

/** A list of distinct scalars. */
export const SET: TypeNode = { type: "set" };

/** The type of a field of an object. */
export function fieldType(node: TypeNode, name: string): TypeNode {
  if (node.type === "any") return node;
  if (node.type !== "object") return ANY;
  return (Object.hasOwn(node.fields, name) ? node.fields[name] : node.values) ?? ANY;
}

/** Whether a field is declared by name, and is not a key of a map. */
export function isDeclared(node: TypeNode, name: string): boolean {
  if (node.type === "any") return node.declared;
  return node.type === "object" && Object.hasOwn(node.fields, name);
}
