/** Checks that an applied configuration fits the type of its kind. */

import { keyEdge, shownEdge, valueEdge } from "./field_set.ts";
import { isFields, isNumber } from "../values/mod.ts";
import { fieldType, type TypeNode } from "../types/mod.ts";

/** What does not fit, as the API server reports it; `undefined` if everything fits. */
export function typeProblem(value: unknown, type: TypeNode): string | undefined {
  const problems = [...new Set(undeclaredIn(value, type, ""))].sort();
  if (problems.length > 1) return ["errors:", ...problems.map((problem) => `  ${problem}`)].join("\n");
  return problems[0] ?? firstProblem(value, type, "");
}

/** All fields that the type does not declare. */
function undeclaredIn(value: unknown, type: TypeNode, path: string): string[] {
  if (Array.isArray(value)) {
    const items = type.type === "list" || type.type === "atomic" ? type.items : undefined;
    const at = (item: unknown, index: number) =>
      type.type === "list" ? shownEdge(keyEdge(item, type.keys)) : `[${index}]`;
    return items ? value.flatMap((item, index) => undeclaredIn(item, items, `${path}${at(item, index)}`)) : [];
  }
  if (type.type === "atomic") return type.of ? undeclaredIn(value, type.of, path) : [];
  if (type.type !== "object" || !isFields(value)) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const declared = Object.hasOwn(type.fields, name) || type.values !== undefined;
    return declared
      ? undeclaredIn(field, fieldType(type, name), `${path}.${name}`)
      : [`${path}.${name}: field not declared in schema`];
  });
}

function firstProblem(value: unknown, type: TypeNode, path: string): string | undefined {
  if (value === null || value === undefined || type.type === "any") return undefined;
  if (type.type === "atomic") return atomicProblem(value, type, path);
  if (type.type === "scalar") return scalarProblem(value, type.scalar, path);
  if (type.type === "object") return objectProblem(value, type, path);
  if (!Array.isArray(value)) return `${path}: expected list, got ${describe(value)}`;
  const keyless = type.type === "list" ? keylessIn(value, type) : undefined;
  if (keyless !== undefined) return `${path}: ${keyless}`;
  const duplicate = duplicateIn(value, type);
  if (duplicate !== undefined) return `${path}: duplicate entries for key ${duplicate}`;
  return type.type === "list"
    ? first(value, (item, index) => firstProblem(item, type.items, `${path}[${index}]`))
    : undefined;
}

/** Values that are replaced as a whole must fit as well. */
function atomicProblem(value: unknown, { items, of }: TypeNode & { type: "atomic" }, path: string): string | undefined {
  if (of) return firstProblem(value, of, path);
  if (!items) return undefined;
  if (!Array.isArray(value)) return `${path}: expected list, got ${describe(value)}`;
  return first(value, (item, index) => firstProblem(item, items, `${path}[${index}]`));
}

function keylessIn(list: readonly unknown[], { keys }: TypeNode & { type: "list" }): string | undefined {
  const empty = list.indexOf(null);
  if (empty >= 0) return `element ${empty}: associative list with keys may not have a null element`;
  const names = Object.keys(keys);
  const isKeyless = (item: unknown) =>
    isFields(item) && names.every((name) => (item[name] ?? keys[name]) === undefined);
  const index = list.findIndex(isKeyless);
  if (index < 0) return undefined;
  const why = `associative list with keys has an element that omits all key fields ${JSON.stringify(names)}`;
  return `element ${index}: ${why} (and doesn't have default values for any key fields)`;
}

function duplicateIn(list: readonly unknown[], type: TypeNode & { type: "list" | "set" }): string | undefined {
  const edges = list.map((item) => type.type === "list" ? keyEdge(item, type.keys) : valueEdge(item));
  const duplicate = edges.find((edge, index) => edges.indexOf(edge) < index);
  return duplicate === undefined ? undefined : shownEdge(duplicate);
}

function objectProblem(value: unknown, type: TypeNode & { type: "object" }, path: string): string | undefined {
  if (!isFields(value)) return `${path}: expected map, got ${describe(value)}`;
  return first(Object.entries(value), ([name, field]) => {
    const declared = Object.hasOwn(type.fields, name) || type.values !== undefined;
    return declared
      ? firstProblem(field, fieldType(type, name), `${path}.${name}`)
      : `${path}.${name}: field not declared in schema`;
  });
}

function scalarProblem(value: unknown, scalar: "string" | "numeric" | "boolean", path: string): string | undefined {
  const found = isNumber(value) ? "numeric" : typeof value;
  if (found === scalar) return undefined;
  const expected = { string: "string", numeric: "numeric (int or float)", boolean: "boolean" }[scalar];
  return `${path}: expected ${expected}, got ${describe(value)}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "list";
  // The API server shows its internal representation of numbers.
  return isFields(value) ? "map" : isNumber(value) ? `&value.valueUnstructured{Value:${value}}` : typeof value;
}

function first<T>(items: readonly T[], problemOf: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = problemOf(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
