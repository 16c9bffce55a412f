/** Objects as the server keeps them. */

import type { OwnerReference } from "../../../model/mod.ts";
import type { Fields } from "./json.ts";

/** Who set which fields. */
export interface ManagedFieldsEntry {
  /** The name that the writer gave itself. */
  manager: string;
  /** Whether the fields were applied, or set by any other write. */
  operation: "Apply" | "Update";
  /** The version of the kind that was written. */
  apiVersion: string;
  /** When the entry was last written to. */
  time?: string;
  /** The format of the fields. */
  fieldsType: "FieldsV1";
  /** The fields, as a tree: `{ "f:spec": { "f:replicas": {} } }`. */
  fieldsV1: Fields;
  /** The subresource that was written to; absent for the object itself. */
  subresource?: string;
}

/** Metadata of an object that is stored, or about to be. */
export interface ServerMeta {
  /** The name; empty as long as none is given or generated. */
  name: string;
  /** What the generated name begins with. */
  generateName?: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string;
  /** Tells objects of one name apart; empty as long as the object is not made. */
  uid: string;
  /** The revision that the object was stored with. */
  resourceVersion?: string;
  /** Counts the changes of the spec; absent for kinds that do not count. */
  generation?: number;
  /** When the object was made; empty as long as it is not. */
  creationTimestamp: string;
  /** When deletion was asked for. */
  deletionTimestamp?: string;
  /** How long what runs may take to stop. */
  deletionGracePeriodSeconds?: number;
  /** What selectors select by. */
  labels?: Record<string, string>;
  /** What else there is to say. */
  annotations?: Record<string, string>;
  /** On whom the object's life depends. */
  ownerReferences?: OwnerReference[];
  /** What must happen before the object is gone. */
  finalizers?: string[];
  /** Who set which fields. */
  managedFields?: ManagedFieldsEntry[];
}

/** An object that is stored (then nobody may change it), or one in the making. */
export interface ServerObject {
  /** Group and version. */
  apiVersion: string;
  /** The kind. */
  kind: string;
  /** The metadata. */
  metadata: ServerMeta;
  /** What the kind consists of. */
  [field: string]: unknown;
}

/** The key of a place in a table. Keys are in the order in which lists are. */
export function placeOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The place of an object. */
export function placeOfObject({ metadata }: ServerObject): string {
  return placeOf(metadata.namespace, metadata.name);
}
