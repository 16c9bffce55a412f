/** Objects as the server stores them. */

import type { OwnerReference } from "../../../model/mod.ts";
import type { Fields } from "./json.ts";

/** An entry of the field owners. */
export interface ManagedFieldsEntry {
  /** The writer's name. */
  manager: string;
  /** Whether the fields were applied, or set by any other write. */
  operation: "Apply" | "Update";
  /** The version of the kind that was written. */
  apiVersion: string;
  /** The time of the last write. */
  time?: string;
  /** The format of the fields. */
  fieldsType: "FieldsV1";
  /** The fields, as a tree: `{ "f:spec": { "f:replicas": {} } }`. */
  fieldsV1: Fields;
  /** The subresource that was written; absent for the object itself. */
  subresource?: string;
}

/** The metadata of an object that is stored or about to be. */
export interface ServerMeta {
  /** The name; empty until it is given or generated. */
  name: string;
  /** The prefix of a generated name. */
  generateName?: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string;
  /** The UID; empty until the object is created. */
  uid: string;
  /** The revision of the last write. */
  resourceVersion?: string;
  /** Counts the changes of the spec; absent for kinds without a generation. */
  generation?: number;
  /** When the object was created; empty until then. */
  creationTimestamp: string;
  /** When deletion was requested. */
  deletionTimestamp?: string;
  /** The seconds that a Pod has to stop. */
  deletionGracePeriodSeconds?: number;
  /** The labels, for selectors. */
  labels?: Record<string, string>;
  /** The annotations. */
  annotations?: Record<string, string>;
  /** The owners. The object is deleted when they are gone. */
  ownerReferences?: OwnerReference[];
  /** The finalizers that keep the object until they are removed. */
  finalizers?: string[];
  /** The field owners. */
  managedFields?: ManagedFieldsEntry[];
}

/** A stored object, which nobody may change, or one that is being built. */
export interface ServerObject {
  /** Group and version. */
  apiVersion: string;
  /** The kind. */
  kind: string;
  /** The metadata. */
  metadata: ServerMeta;
  /** The other fields of the kind. */
  [field: string]: unknown;
}

/** The key of an object in its table. Lists are sorted by these keys. */
export function placeOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The key of an object. */
export function placeOfObject({ metadata }: ServerObject): string {
  return placeOf(metadata.namespace, metadata.name);
}
