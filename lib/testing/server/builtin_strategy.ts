/** How objects of built-in kinds are made, checked and kept. */

import { BUILTIN_DEFAULTS } from "./builtin_defaults.ts";
import { BUILTIN_DECODING, BUILTIN_VALIDATION } from "./builtin_validation.ts";
import { copyOf, type Fields, fieldsOf, isFields } from "./json.ts";
import type { NameRules } from "./names.ts";
import type { ServerObject } from "./object.ts";
import type { Strategy } from "./resource.ts";

/** What one built-in kind has of its own. */
export interface BuiltinTraits {
  readonly kind: string;
  readonly status: boolean;
  readonly counted?: Strategy["counted"];
  readonly names?: NameRules;
  readonly lockedUpdate?: boolean;
  readonly createOnUpdate?: boolean;
  readonly answersDeleted?: boolean;
  readonly orphansByDefault?: boolean;
  /** The status that a new object begins with, whatever was sent. */
  readonly initialStatus?: Fields;
}

/** The strategy of a built-in kind. */
export function builtinStrategy(traits: BuiltinTraits): Strategy {
  const { kind, status } = traits;
  return {
    counted: traits.counted,
    names: traits.names ?? "subdomain",
    unconditionalUpdate: traits.lockedUpdate !== true,
    createOnUpdate: traits.createOnUpdate === true,
    answersDeleted: traits.answersDeleted === true,
    defaultPropagation: traits.orphansByDefault === true ? "Orphan" : "Background",
    prune(object) {
      dropNulls(object);
      for (const name of OMITTED_WHEN_EMPTY) if (isEmpty(object[name])) delete object[name];
      return [];
    },
    decode: (fields) => BUILTIN_DECODING[kind]?.(fields),
    prepareCreate(object) {
      if (status) delete object.status;
      if (kind === "Namespace") object.spec = { finalizers: ["kubernetes"] };
      if (kind === "CustomResourceDefinition") object.status = initialCrdStatus(object);
    },
    prepareUpdate(object, old) {
      if (status) keepField(object, old, "status");
      if (kind === "Namespace") keepField(object, old, "spec");
    },
    prepareStatus(object, old) {
      for (const name of Object.keys({ ...object, ...old })) {
        if (!["apiVersion", "kind", "metadata", "status"].includes(name)) keepField(object, old, name);
      }
      if (old.metadata.labels) object.metadata.labels = { ...old.metadata.labels };
      else delete object.metadata.labels;
    },
    setDefaults: (object) => BUILTIN_DEFAULTS[kind]?.(object),
    validate: (object, old) => BUILTIN_VALIDATION[kind]?.(object, old) ?? [],
  };
}

function keepField(object: ServerObject, old: ServerObject, name: string): void {
  if (old[name] === undefined) delete object[name];
  else object[name] = copyOf(old[name]);
}

function initialCrdStatus(object: ServerObject): Fields {
  const versions = fieldsOf(object.spec).versions;
  const stored = (Array.isArray(versions) ? versions : []).filter((version) => fieldsOf(version).storage === true);
  return {
    conditions: null,
    acceptedNames: { plural: "", kind: "" },
    storedVersions: stored.map((version) => fieldsOf(version).name),
  };
}

/** Fields that the built-in kinds show as `null` when they are not set. */
const KEPT_NULLS = [
  "firstTimestamp",
  "lastTimestamp",
  "eventTime",
  "conditions",
  "currentMetrics",
  "lastUpdateTime",
  "lastTransitionTime",
];

/** Maps that the built-in kinds do not show when they are empty. */
const OMITTED_WHEN_EMPTY = ["data", "binaryData"];

function isEmpty(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0;
}

/** To a built-in kind, null is the same as absent. What the kinds declare is not known here, so nothing else is dropped. */
function dropNulls(value: unknown): void {
  if (Array.isArray(value)) value.forEach(dropNulls);
  if (!isFields(value)) return;
  for (const [name, field] of Object.entries(value)) {
    if (field === null && !KEPT_NULLS.includes(name)) delete value[name];
    else if (typeof field === "object" && name !== "managedFields") dropNulls(field);
  }
}
