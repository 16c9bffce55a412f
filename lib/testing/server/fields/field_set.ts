/**
 * Sets of fields in the form of `fieldsV1`: a tree with edges `f:name`, `k:{"key":"value"}` or `v:"value"`. A node is a
 * member if it is empty or contains `.`; otherwise it only leads to members.
 */

import { type Fields, fieldsOf, jsonText, own, parseJson } from "../values/mod.ts";

/** A set of fields. The root is never a member: an empty tree is the empty set. */
export type FieldSet = Fields;

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether a node is a member of the set it is in. */
function isMember(node: unknown): boolean {
  const fields = fieldsOf(node);
  return isEmptySet(fields) || Object.hasOwn(fields, ".");
}

/** The subset below an edge. */
export function below(set: FieldSet, edge: string): FieldSet {
  const node = set[edge];
  if (node === undefined) return {};
  const { ".": _member, ...children } = fieldsOf(node);
  return children;
}

/** Adds an edge to the set, with what is below it and whether it leads to a member. */
export function putNode(set: FieldSet, edge: string, children: FieldSet, member: boolean): void {
  if (isEmptySet(children)) {
    if (member) set[edge] = {};
  } else {
    set[edge] = member ? { ".": {}, ...children } : children;
  }
}

/** Removes a field and everything below it from a set. */
export function dropBelow(set: FieldSet, path: readonly string[]): void {
  const [name, ...rest] = path;
  const edge = fieldEdge(name!);
  if (set[edge] === undefined) return;
  if (rest.length === 0) {
    delete set[edge];
    return;
  }
  const node = { ...fieldsOf(set[edge]) };
  const member = isMember(node);
  dropBelow(node, rest);
  delete set[edge];
  const { ".": _member, ...children } = node;
  putNode(set, edge, children, member);
}

/** The union of two sets. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { ...a };
  for (const edge of edgesOf(b)) {
    if (a[edge] === undefined) result[edge] = b[edge];
    else putNode(result, edge, union(below(a, edge), below(b, edge)), isMember(a[edge]) || isMember(b[edge]));
  }
  return result;
}

/** The members of the first set that are not in the second. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const edge of edgesOf(a)) {
    if (b[edge] === undefined) result[edge] = a[edge];
    else putNode(result, edge, difference(below(a, edge), below(b, edge)), isMember(a[edge]) && !isMember(b[edge]));
  }
  return result;
}

/** The intersection of two sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const edge of edgesOf(a)) {
    if (b[edge] === undefined) continue;
    putNode(result, edge, intersection(below(a, edge), below(b, edge)), isMember(a[edge]) && isMember(b[edge]));
  }
  return result;
}

/** The paths of all members, as in messages: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ""): string[] {
  return edgesOf(set).flatMap((edge) => {
    const path = prefix + shownEdge(edge);
    return [...(isMember(set[edge]) ? [path] : []), ...pathsOf(below(set, edge), path)];
  });
}

/** The edges that lead out of a node. */
function edgesOf(set: FieldSet): string[] {
  return Object.keys(set).filter((edge) => edge !== ".");
}

/** The edge to a field of an object. */
export function fieldEdge(name: string): string {
  return `f:${name}`;
}

/** The edge to an item of a set. */
export function valueEdge(value: unknown): string {
  return `v:${jsonText(value)}`;
}

/** The edge to an item of a keyed list. A key that the item lacks has its default. */
export function keyEdge(item: unknown, keys: Readonly<Record<string, string | undefined>>): string {
  const fields = fieldsOf(item);
  const key: Fields = {};
  for (const name of Object.keys(keys).sort()) key[name] = own(fields, name) ?? keys[name];
  return `k:${jsonText(key)}`;
}

/** An edge, as in messages. */
export function shownEdge(edge: string): string {
  const [kind, rest] = [edge.slice(0, 2), edge.slice(2)];
  if (kind === "f:") return `.${rest}`;
  if (kind === "v:") return `[=${rest}]`;
  const keys = Object.entries(fieldsOf(parseJson(rest))).map(([name, value]) => `${name}=${jsonText(value)}`);
  return `[${keys.join(",")}]`;
}
