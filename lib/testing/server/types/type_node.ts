/** How the parts of a kind are merged: which lists are maps by key, which are sets, what is replaced as a whole. */

/** What is known of one value. Objects are merged field by field and lists replaced as a whole unless this says otherwise. */
export type TypeNode =
  /** Nothing is known: objects field by field, lists as a whole. `declared`: fields count as declared ones. */
  | { readonly type: "any"; readonly declared: boolean }
  /** Replaced as a whole. What it consists of matters only to whether an applied configuration fits. */
  | { readonly type: "atomic"; readonly items?: TypeNode; readonly of?: TypeNode }
  /** One value, of a type that is known. */
  | { readonly type: "scalar"; readonly scalar: "string" | "numeric" | "boolean" }
  /** Merged field by field. `fields` are declared ones; `values` are all others, which are refused when it is absent. */
  | { readonly type: "object"; readonly fields: Readonly<Record<string, TypeNode>>; readonly values?: TypeNode }
  /** A list whose items are told apart by keys; a missing key may have a default. */
  | { readonly type: "list"; readonly keys: Readonly<Record<string, string | undefined>>; readonly items: TypeNode }
  /** A list of different scalars. */
  | { readonly type: "set" };

/** Objects field by field, lists as a whole. */
export const ANY: TypeNode = { type: "any", declared: false };

/** As `ANY`, for kinds whose fields are all declared, though not here. */
export const STRUCT: TypeNode = { type: "any", declared: true };

/** Replaced as a whole. */
export const ATOMIC: TypeNode = { type: "atomic" };

/** A list of different scalars. */
export const SET: TypeNode = { type: "set" };

/** The type of a field of an object. */
export function fieldType(node: TypeNode, name: string): TypeNode {
  if (node.type === "any") return node;
  if (node.type !== "object") return ANY;
  return (Object.hasOwn(node.fields, name) ? node.fields[name] : node.values) ?? ANY;
}

/** Whether a field is declared by name, and not one of the keys of a map. */
export function isDeclared(node: TypeNode, name: string): boolean {
  if (node.type === "any") return node.declared;
  return node.type === "object" && Object.hasOwn(node.fields, name);
}
