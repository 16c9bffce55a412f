/** Kubernetes objects, as read and as written. */

/** A reference from a dependent to its owner; the garbage collector follows it. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  /** Whether this owner is the one that manages the object; at most one owner may be. */
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** The metadata of an object that the API server has stored. */
export interface ObjectMeta {
  name: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string;
  uid: string;
  resourceVersion: string;
  /** Counts the changes of the spec. Absent for kinds that do not count, such as ConfigMap. */
  generation?: number;
  creationTimestamp: string;
  /** Set once deletion was asked for; the object stays until its finalizers are gone. */
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  generateName?: string;
}

/** Any object that the API server has stored. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A stored object of a kind of one's own. */
export interface CustomObject<Spec, Status> extends KubeObject {
  spec: Spec;
  status?: Status;
}

/** The metadata that one writes; the API server fills in the rest. */
export interface DraftMeta extends Partial<ObjectMeta> {
  name?: string;
}

/** An object to be written: `apiVersion`, `kind`, the namespace and the owner are filled in when absent. */
export type Draft<T> = Omit<T, "apiVersion" | "kind" | "metadata" | "status"> & {
  apiVersion?: string;
  kind?: string;
  metadata: DraftMeta;
};

/** The type of an object's status. */
export type StatusOf<T> = T extends { status?: infer S } ? NonNullable<S> : never;
