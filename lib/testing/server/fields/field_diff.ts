/** Computes sets of fields: those of a value, and those in which two values differ. */

import { fieldEdge, type FieldSet, keyEdge, putNode, valueEdge } from "./field_set.ts";
import { DEEPEST, isFields, isSame } from "../values/mod.ts";
import { fieldType, isDeclared, type TypeNode } from "../types/mod.ts";

/** A part of a value that is merged separately: a field, an item of a keyed list, or an item of a set. */
export interface Part {
  readonly value: unknown;
  readonly type: TypeNode;
  /** Whether it is a member of the set even if it has parts. */
  readonly member: boolean;
  readonly depth: number;
}

/** The parts of a value by edge; `undefined` if the value is merged as a whole, for example because it is very deep. */
export function partsOf(value: unknown, type: TypeNode, depth = 0): Map<string, Part> | undefined {
  if (type.type === "atomic" || depth > DEEPEST) return undefined;
  if (isFields(value)) return fieldParts(value, type, depth + 1);
  if (!Array.isArray(value)) return undefined;
  const part = (item: unknown, of: TypeNode): Part => ({ value: item, type: of, member: true, depth: depth + 1 });
  if (type.type === "list") return new Map(value.map((item) => [keyEdge(item, type.keys), part(item, type.items)]));
  if (type.type === "set") return new Map(value.map((item) => [valueEdge(item), part(item, type)]));
  return undefined;
}

function partsIn({ value, type, depth }: Part): Map<string, Part> | undefined {
  return partsOf(value, type, depth);
}

function fieldParts(value: Record<string, unknown>, type: TypeNode, depth: number): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const name of Object.keys(value)) {
    const part = { value: value[name], type: fieldType(type, name), member: !isDeclared(type, name), depth };
    parts.set(fieldEdge(name), part);
  }
  return parts;
}

/** The fields that an applied configuration claims. */
export function fieldsIn(value: unknown, type: TypeNode, depth = 0): FieldSet {
  const set: FieldSet = {};
  for (const [edge, part] of partsOf(value, type, depth) ?? []) {
    const children = fieldsIn(part.value, part.type, part.depth);
    const whole = (partsIn(part)?.size ?? 0) === 0 && !isEmptyMerged(part);
    putNode(set, edge, children, part.member || whole);
  }
  return set;
}

/** Whether it is an empty list that is merged: that claims nothing. */
function isEmptyMerged({ value, type }: Part): boolean {
  return Array.isArray(value) && value.length === 0 && (type.type === "list" || type.type === "set");
}

/** The effect of a write: `changed` are new or different fields, `removed` are those that are gone. */
export interface FieldDiff {
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** The fields in which two values differ. */
export function diffFields(before: unknown, after: unknown, type: TypeNode, depth = 0): FieldDiff {
  const diff: FieldDiff = { changed: {}, removed: {} };
  const [old, now] = [
    partsOf(before, type, depth) ?? new Map<string, Part>(),
    partsOf(after, type, depth) ?? new Map<string, Part>(),
  ];
  for (const [edge, part] of now) {
    const counterpart = old.get(edge);
    if (!counterpart) putNode(diff.changed, edge, allFieldsIn(part), true);
    else diffPart(diff, edge, counterpart, part);
  }
  for (const [edge, part] of old) {
    if (!now.has(edge)) putNode(diff.removed, edge, allFieldsIn(part), true);
  }
  return diff;
}

function diffPart({ changed, removed }: FieldDiff, edge: string, before: Part, after: Part): void {
  if (isSame(before.value, after.value)) return;
  const [old, now] = [partsIn(before), partsIn(after)];
  // For a list, absent is the same as empty.
  if ((old ?? now) && (old || before.value === null) && (now || after.value === null)) {
    const inner = diffFields(before.value, after.value, after.type, after.depth);
    putNode(changed, edge, inner.changed, false);
    putNode(removed, edge, inner.removed, false);
  } else {
    putNode(changed, edge, allFieldsIn(after), true);
  }
}

/** All fields of a part that was added or removed as a whole, parents included. */
function allFieldsIn(part: Part): FieldSet {
  const set: FieldSet = {};
  for (const [edge, inner] of partsIn(part) ?? []) putNode(set, edge, allFieldsIn(inner), true);
  return set;
}
