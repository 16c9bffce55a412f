/** The types of Kubernetes objects, as read and as written. */

/** A reference from a dependent to its owner. The garbage collector deletes the dependent when its owners are gone. */
export interface OwnerReference {
  /** The owner's API group and version. */
  apiVersion: string;
  /** The owner's kind. */
  kind: string;
  /** The owner's name. */
  name: string;
  /** The owner's UID: a later object with the same name is not this owner. */
  uid: string;
  /** Whether this owner is the controller that manages the object; at most one owner is. */
  controller?: boolean;
  /** Whether foreground deletion of the owner waits until this object is deleted. */
  blockOwnerDeletion?: boolean;
}

/** The metadata of an object that the API server has stored. */
export interface ObjectMeta {
  /** The name, unique among the objects of the kind in the namespace. */
  name: string;
  /** The namespace; absent for cluster-scoped kinds. */
  namespace?: string;
  /** Unique among all objects of the cluster, also deleted ones. */
  uid: string;
  /** The stored version; it changes with each write. */
  resourceVersion: string;
  /** Counts the changes of the spec. Absent for kinds without this counter, such as ConfigMap. */
  generation?: number;
  /** When the object was created, in RFC 3339. */
  creationTimestamp: string;
  /** When deletion was requested, in RFC 3339. The object stays until its finalizers are removed. */
  deletionTimestamp?: string;
  /** The grace period of the deletion, in seconds. */
  deletionGracePeriodSeconds?: number;
  /** Finalizers: each is removed by its controller after it has cleaned up. */
  finalizers?: string[];
  /** Labels, for selecting objects. */
  labels?: Record<string, string>;
  /** Annotations, for all other data. */
  annotations?: Record<string, string>;
  /** The owners of the object. */
  ownerReferences?: OwnerReference[];
  /** The prefix from which the API server generated the name, if it did. */
  generateName?: string;
}

/** The fields of every stored object. */
export interface KubeObject {
  /** The API group and version, such as `apps/v1`. */
  apiVersion: string;
  /** The kind, such as `Deployment`. */
  kind: string;
  /** The metadata. */
  metadata: ObjectMeta;
}

/** A stored object of a custom resource. */
export interface CustomObject<Spec, Status> extends KubeObject {
  /** The desired state. */
  spec: Spec;
  /** The observed state; absent until a controller writes it. */
  status?: Status;
}

/** The metadata of an object to be written; the API server fills in the rest. */
export interface DraftMeta extends Partial<ObjectMeta> {
  /** The name; required unless there is a `generateName`. */
  name?: string;
}

/** An object to be written. `apiVersion`, `kind`, the namespace and the owner reference are filled in if absent. */
export type Draft<T> = Omit<T, "apiVersion" | "kind" | "metadata" | "status"> & {
  apiVersion?: string;
  kind?: string;
  metadata: DraftMeta;
};

/** The type of an object's status. */
export type StatusOf<T> = T extends { status?: infer S } ? NonNullable<S> : never;
