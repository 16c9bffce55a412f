/** Turns a CustomResourceDefinition into the resources that it defines. */

import { copyOf, type FieldError, type Fields, fieldsOf, isFields, type ServerObject, valueAt } from "../values/mod.ts";
import { columnsOf, type Conversion, type Resource, type ScalePaths, type Strategy } from "../store/mod.ts";
import { customType, type Schema } from "./schema.ts";
import { dropNulls, pruneObject, setSchemaDefaults } from "./schema_pruning.ts";
import { hasRules, ruleErrors } from "./cel_rules.ts";
import { duplicateErrors, schemaErrors } from "./schema_validation.ts";

interface Version extends Fields {
  readonly name: string;
  readonly served: boolean;
}

/** The resources of a definition, one for each served version. All share a table. */
export function customResources(definition: ServerObject): Resource[] {
  const versions = fieldsOf(definition.spec).versions as readonly Version[];
  return versions.filter(({ served }) => served).map((version) => customResource(definition, version));
}

/** The name of the table with a definition's objects. */
export function customTable(definition: ServerObject): string {
  return definition.metadata.name;
}

function customResource(definition: ServerObject, version: Version): Resource {
  const { group, scope, names } = definition.spec as { group: string; scope: string; names: Fields };
  const schema = fieldsOf(version.schema).openAPIV3Schema as Schema | undefined;
  const subresources = fieldsOf(version.subresources);
  const status = isFields(subresources.status);
  return {
    group,
    version: version.name,
    kind: String(names.kind),
    listKind: String(names.listKind),
    plural: String(names.plural),
    singular: String(names.singular),
    shortNames: namesIn(names.shortNames),
    categories: namesIn(names.categories),
    namespaced: scope === "Namespaced",
    table: customTable(definition),
    custom: true,
    status,
    scale: scaleOf(subresources.scale),
    selectable: selectableIn(version.selectableFields),
    type: customType(schema),
    struct: undefined,
    strategy: customStrategy(schema ?? {}, status),
    conversion: conversionOf(definition, version, schema ?? {}),
    columns: columnsOf(version.additionalPrinterColumns),
    deprecation: deprecationOf(version, group, String(names.kind)),
  };
}

/**
 * Objects are kept in the storage version. Between versions only the version's name changes: fields that the other
 * version does not know are dropped, and stored objects get the defaults of their version.
 */
function conversionOf(definition: ServerObject, version: Version, schema: Schema): Conversion | undefined {
  const { group, versions } = definition.spec as { group: string; versions: readonly Version[] };
  const stored = versions.find(({ storage }) => storage === true);
  if (!stored || stored.name === version.name) return undefined;
  const storedSchema = (fieldsOf(stored.schema).openAPIV3Schema ?? {}) as Schema;
  const as = (object: ServerObject, name: string, of: Schema): ServerObject => {
    const converted = { ...copyOf(object), apiVersion: `${group}/${name}`, metadata: object.metadata };
    pruneObject(converted, of);
    return converted;
  };
  return {
    toStored(object) {
      const converted = as(object, stored.name, storedSchema);
      setSchemaDefaults(converted, storedSchema);
      return converted;
    },
    fromStored: (object) => as(object, version.name, schema),
  };
}

function deprecationOf({ deprecated, deprecationWarning, name }: Version, group: string, kind: string) {
  if (deprecated !== true) return undefined;
  return typeof deprecationWarning === "string" ? deprecationWarning : `${group}/${name} ${kind} is deprecated`;
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function selectableIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map((field) => String(fieldsOf(field).jsonPath).replace(/^\./, "")) : [];
}

function scaleOf(value: unknown): ScalePaths | undefined {
  if (!isFields(value)) return undefined;
  const split = (path: unknown) => String(path).split(".").filter((part) => part !== "");
  return {
    spec: split(value.specReplicasPath),
    status: split(value.statusReplicasPath),
    selector: value.labelSelectorPath === undefined ? undefined : split(value.labelSelectorPath),
  };
}

/** The strategy of custom kinds: the schema decides, and everything except metadata and status counts as spec. */
function customStrategy(schema: Schema, status: boolean): Strategy {
  return {
    counted: status ? withoutStatus : (object) => ({ ...object, metadata: undefined }),
    names: "subdomain",
    unconditionalUpdate: false,
    createOnUpdate: false,
    answersDeleted: false,
    defaultPropagation: "Background",
    unowned: { main: status ? [["status"]] : [], status: [["metadata"], ["spec"]] },
    empty: () => ({}),
    read(fields, unknown) {
      unknown.push(...pruneObject(fields, schema));
      dropNulls(fields, schema);
      setSchemaDefaults(fields, schema);
      return fields;
    },
    readApplied(fields) {
      pruneObject(fields, schema);
      setSchemaDefaults(fields, schema);
      return fields;
    },
    finish: (object) => object,
    prepareCreate(object) {
      if (status) delete object.status;
    },
    prepareUpdate(object, old) {
      if (status) keepStatus(object, old);
    },
    prepareStatus(object, old) {
      const { status: given, metadata } = object;
      for (const name of Object.keys(object)) delete object[name];
      Object.assign(object, copyOf(old));
      const { managedFields: _managedFields, ...kept } = copyOf(old.metadata);
      object.metadata = { ...kept, ...(metadata.managedFields ? { managedFields: metadata.managedFields } : {}) };
      if (given === undefined) delete object.status;
      else object.status = given;
    },
    warnings: () => [],
    validate: (object, old) => customErrors(object, schema, old),
  };
}

/** Errors after which rules are not evaluated, because they could not be. */
const BLOCKING = [
  ...["FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany"],
  "FieldValueTypeInvalid",
];

/** The errors of an object. Violations that existed before may stay. */
function customErrors(object: ServerObject, schema: Schema, old: ServerObject | undefined): FieldError[] {
  const errors = [...schemaErrors(object, schema, "", old), ...duplicateErrors(object, schema, "")];
  if (!hasRules(schema)) return errors;
  if (!errors.some(({ reason }) => BLOCKING.includes(reason))) {
    return [...errors, ...ruleErrors(object, schema, "", old)];
  }
  const why = "some validation rules were not checked because the object was invalid; " +
    "correct the existing errors to complete validation";
  return [...errors, { reason: "FieldValueInvalid", field: "<nil>", message: `Invalid value: null: ${why}` }];
}

function withoutStatus(object: ServerObject): unknown {
  return { ...object, metadata: undefined, status: undefined };
}

function keepStatus(object: ServerObject, old: ServerObject): void {
  const status = valueAt(old, ["status"]);
  if (status === undefined) delete object.status;
  else object.status = copyOf(status);
}
