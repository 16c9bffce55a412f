/** Pruning and defaulting by a structural schema. Both change the value in place. */

import { copyOf, type Fields, isFields, own, put } from "../values/mod.ts";
import { keepsUnknown, type Schema, schemaOfField } from "./schema.ts";

/** Fields that the server keeps in every object and embedded object. */
const SYSTEM_FIELDS = ["apiVersion", "kind", "metadata"];

/**
 * Drops the fields that the schema does not name.
 *
 * @param object The object.
 * @param schema The schema of the whole object.
 * @returns The paths of the dropped fields.
 */
export function pruneObject(object: Fields, schema: Schema): string[] {
  const dropped: string[] = [];
  pruneFields(object, schema, "", dropped, true);
  return dropped;
}

function prune(value: unknown, schema: Schema, path: string, dropped: string[]): void {
  if (Array.isArray(value)) {
    if (schema.items) value.forEach((item, index) => prune(item, schema.items!, `${path}[${index}]`, dropped));
  } else if (isFields(value)) {
    pruneFields(value, schema, path, dropped, schema["x-kubernetes-embedded-resource"] === true);
  }
}

function pruneFields(value: Fields, schema: Schema, path: string, dropped: string[], resource: boolean): void {
  for (const name of Object.keys(value)) {
    if (resource && SYSTEM_FIELDS.includes(name)) continue;
    const at = path === "" ? name : `${path}.${name}`;
    const field = schemaOfField(schema, name);
    if (field) {
      prune(value[name], field, at, dropped);
    } else if (!keepsUnknown(schema)) {
      delete value[name];
      dropped.push(at);
    }
  }
}

/** Drops each `null` that is not allowed: the API server treats it as absent. */
export function dropNulls(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    if (schema.items) value.forEach((item) => dropNulls(item, schema.items!));
  } else if (isFields(value)) {
    for (const [name, item] of Object.entries(value)) {
      const field = schemaOfField(schema, name);
      if (field && item === null && field.nullable !== true) delete value[name];
      else if (field) dropNulls(item, field);
    }
  }
}

/** Fills in the defaults of the schema. A `null` that is not allowed counts as absent if there is a default. */
export function setSchemaDefaults(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    if (schema.items) value.forEach((item) => setSchemaDefaults(item, schema.items!));
  } else if (isFields(value)) {
    for (const [name, field] of Object.entries(schema.properties ?? {})) setDefault(value, name, field);
    for (const [name, item] of Object.entries(value)) {
      const field = schemaOfField(schema, name);
      if (field) setSchemaDefaults(item, field);
    }
  }
}

function setDefault(value: Fields, name: string, schema: Schema): void {
  if (schema.default === undefined) return;
  const given = own(value, name);
  if (given === undefined || (given === null && schema.nullable !== true)) put(value, name, copyOf(schema.default));
}
