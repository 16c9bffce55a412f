/** Replaces references in a JSON Schema by what they refer to, because a CRD cannot hold references. */

import { type Place, refuse } from "./definition_error.ts";
import type { JsonSchema } from "./json_schema.ts";

/** Keywords whose values are data, not schemas. */
const DATA = new Set(["const", "default", "enum", "example", "examples"]);
/** Keywords for naming and storing schemas. */
const BOOKKEEPING = new Set(["$anchor", "$comment", "$defs", "$id", "$ref", "$schema", "definitions", "id"]);
/** Keywords whose values map names to schemas; the names are not keywords. */
const NAMED = new Set(["properties", "patternProperties"]);

/**
 * Returns the same schema without references.
 *
 * @throws {ResourceDefinitionError} If a reference leads out of the schema, nowhere, or back to itself, or if the
 * schema is nested too deeply.
 */
export function inlineReferences(root: JsonSchema, place: Place): JsonSchema {
  return inlineSchema(root, { root, place, open: ["#"], levels: MOST_LEVELS }) as JsonSchema;
}

/** The state of a walk through a schema. */
interface Walk {
  readonly root: JsonSchema;
  readonly place: Place;
  /** The references that are being replaced, to find cycles. */
  readonly open: readonly string[];
  /** How many more levels may follow. */
  readonly levels: number;
}

/** The deepest nesting of a schema, in keywords and names. Every walk over a schema is bounded by it. */
const MOST_LEVELS = 500;

function inlineSchema(node: unknown, outer: Walk): unknown {
  if (typeof node !== "object" || node === null) return node;
  if (outer.levels === 0) refuse(outer.place, `has a schema that is nested more than ${MOST_LEVELS} levels deep`);
  const walk = { ...outer, levels: outer.levels - 1 };
  if (Array.isArray(node)) return node.map((item) => inlineSchema(item, walk));
  const schema = node as JsonSchema;
  const kept = Object.entries(schema).filter(([keyword]) => !BOOKKEEPING.has(keyword));
  const own = Object.fromEntries(kept.map(([keyword, value]) => [keyword, inlineKeyword(keyword, value, walk)]));
  return typeof schema.$ref === "string" ? { ...resolve(schema.$ref, walk), ...own } : own;
}

function inlineKeyword(keyword: string, value: unknown, walk: Walk): unknown {
  if (DATA.has(keyword)) return value;
  if (!NAMED.has(keyword)) return inlineSchema(value, walk);
  const entries = Object.entries(value as JsonSchema);
  return Object.fromEntries(entries.map(([name, schema]) => [name, inlineSchema(schema, walk)]));
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as JsonSchema)[key];
}

function resolve(reference: string, walk: Walk): object {
  const { root, place, open } = walk;
  if (open.includes(reference)) {
    refuse(
      place,
      `has a schema that contains itself (${reference}), which a CRD cannot describe: allow any value there`,
    );
  }
  if (!reference.startsWith("#")) {
    refuse(place, `has a reference that leads out of its schema: current value is "${reference}"`);
  }
  let target: unknown = root;
  for (const part of decodeURIComponent(reference.slice(1)).split("/").slice(1)) {
    target = memberOf(target, part.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  if (typeof target !== "object" || target === null) {
    refuse(place, `has a reference that leads nowhere: current value is "${reference}"`);
  }
  return inlineSchema(target, { ...walk, open: [...open, reference] }) as object;
}
