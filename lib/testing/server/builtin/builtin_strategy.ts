/** How objects of built-in kinds are created, validated and updated. */

import { setGoDefaults } from "./builtin_defaults.ts";
import { allocate, countTemplates, SYSTEM_FIELDS, tolerate } from "./builtin_system.ts";
import { BUILTIN_VALIDATION, warningsOf } from "../validation/mod.ts";
import { type GoStruct, goStruct, readGoObject } from "../types/mod.ts";
import {
  copyOf,
  encodeBase64,
  type Fields,
  fieldsOf,
  isFields,
  type NameRules,
  type ServerMeta,
  type ServerObject,
} from "../values/mod.ts";
import type { FieldPath, Strategy } from "../store/mod.ts";

/** The traits of a built-in kind. */
export interface BuiltinTraits {
  readonly kind: string;
  readonly status: boolean;
  /** The Go struct of the kind, if it has another name. */
  readonly struct?: string;
  readonly counted?: Strategy["counted"];
  readonly names?: NameRules;
  readonly lockedUpdate?: boolean;
  readonly createOnUpdate?: boolean;
  readonly answersDeleted?: boolean;
  readonly orphansByDefault?: boolean;
  /** Whether a creation may set the status. */
  readonly bornWithStatus?: boolean;
}

/** Fields besides the spec that a status write keeps, by kind. */
const KEPT_BY_STATUS: Readonly<Record<string, readonly FieldPath[]>> = {
  Deployment: [["metadata", "labels"]],
  Pod: [["metadata", "ownerReferences"]],
};

/** The Go struct of a built-in kind. */
export function structOf({ kind, struct = kind }: Pick<BuiltinTraits, "kind" | "struct">): GoStruct {
  return goStruct(struct)!;
}

/** The strategy of a built-in kind. */
export function builtinStrategy(traits: BuiltinTraits): Strategy {
  const { kind, status } = traits;
  const struct = structOf(traits);
  const read = (fields: Fields, unknown: string[]) => {
    const object = readGoObject(fields, struct, unknown);
    keepReset(fields, object);
    if (kind === "Secret") takeStringData(object);
    if (kind === "Lease") dropCoordination(object);
    setGoDefaults(object, struct);
    return object;
  };
  return {
    counted: traits.counted,
    names: traits.names ?? "subdomain",
    unconditionalUpdate: traits.lockedUpdate !== true,
    createOnUpdate: traits.createOnUpdate === true,
    answersDeleted: traits.answersDeleted === true,
    defaultPropagation: traits.orphansByDefault === true ? "Orphan" : "Background",
    unowned: { main: status ? [["status"]] : [], status: [["spec"], ...KEPT_BY_STATUS[kind] ?? []] },
    empty: () => readGoObject({}, struct, []),
    read,
    readApplied: (fields) => read(fields, []),
    finish: ({ metadata, ...object }) => ({ ...readGoObject(object, struct, [], true), metadata }) as ServerObject,
    prepareCreate(object) {
      if (status && traits.bornWithStatus !== true) delete object.status;
      SYSTEM_FIELDS[kind]?.(object);
    },
    prepareUpdate(object, old) {
      if (status) keepField(object, old, "status");
      if (kind === "Namespace") keepField(object, old, "spec");
      if (kind === "Service") allocate(object, old);
      if (kind === "DaemonSet") countTemplates(object, old);
      if (kind === "Pod") tolerate(object);
    },
    prepareStatus(object, old) {
      for (const name of Object.keys({ ...object, ...old })) {
        if (!["apiVersion", "kind", "metadata", "status"].includes(name)) keepField(object, old, name);
      }
      for (const [, name] of KEPT_BY_STATUS[kind] ?? []) keepMeta(object, old, name as keyof ServerMeta);
    },
    warnings: warningsOf,
    validate: (object, old) => BUILTIN_VALIDATION[struct.name]?.(object, old) ?? [],
  };
}

/** Drops the fields of a Lease that belong to a feature which is off by default. */
function dropCoordination({ spec }: Fields): void {
  delete fieldsOf(spec).strategy;
  delete fieldsOf(spec).preferredHolder;
}

/** Moves `stringData` to `data`, in base64. */
function takeStringData(object: Fields): void {
  if (!isFields(object.stringData)) return;
  const texts = Object.entries(object.stringData).map(([name, text]) => [name, encodeBase64(String(text))] as const);
  object.data = { ...fieldsOf(object.data), ...Object.fromEntries(texts) };
  delete object.stringData;
}

/** Keeps an empty `managedFields`: it resets the ownership of all fields. */
function keepReset(fields: Fields, read: Fields): void {
  const { managedFields } = fieldsOf(fields.metadata);
  if (Array.isArray(managedFields) && managedFields.length === 0) fieldsOf(read.metadata).managedFields = [];
}

function keepField(object: ServerObject, old: ServerObject, name: string): void {
  if (old[name] === undefined) delete object[name];
  else object[name] = copyOf(old[name]);
}

function keepMeta(object: ServerObject, old: ServerObject, name: keyof ServerMeta): void {
  const kept = old.metadata[name];
  if (kept === undefined) delete object.metadata[name];
  else Object.assign(object.metadata, { [name]: copyOf(kept) });
}
