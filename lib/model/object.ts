/** Kubernetes objects, as read and as written. */

/** A reference from a dependent to its owner; the garbage collector follows it. */
export interface OwnerReference {
  /** The owner's API group and version. */
  apiVersion: string;
  /** The owner's kind. */
  kind: string;
  /** The owner's name. */
  name: string;
  /** The owner's UID: another object of that name is another owner. */
  uid: string;
  /** Whether this owner is the one that manages the object; at most one owner may be. */
  controller?: boolean;
  /** Whether an owner that is deleted in the foreground waits for this object. */
  blockOwnerDeletion?: boolean;
}

/** The metadata of an object that the API server has stored. */
export interface ObjectMeta {
  /** Unique among the objects of the kind in the namespace. */
  name: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string;
  /** Unique among all objects that ever were. */
  uid: string;
  /** The version that the API server has stored; changes with each write. */
  resourceVersion: string;
  /** Counts the changes of the spec. Absent for kinds that do not count, such as ConfigMap. */
  generation?: number;
  /** When it was created, in RFC 3339. */
  creationTimestamp: string;
  /** Set once deletion was asked for; the object stays until its finalizers are gone. */
  deletionTimestamp?: string;
  /** How long it may take to end once deletion was asked for. */
  deletionGracePeriodSeconds?: number;
  /** Who has to clean up before the object may go. */
  finalizers?: string[];
  /** For selecting. */
  labels?: Record<string, string>;
  /** For everything else. */
  annotations?: Record<string, string>;
  /** Whose dependent it is. */
  ownerReferences?: OwnerReference[];
  /** What the API server made the name of, when it was asked to. */
  generateName?: string;
}

/** Any object that the API server has stored. */
export interface KubeObject {
  /** The API group and version, such as `apps/v1`. */
  apiVersion: string;
  /** The kind, such as `Deployment`. */
  kind: string;
  /** What every object has. */
  metadata: ObjectMeta;
}

/** A stored object of a kind of one's own. */
export interface CustomObject<Spec, Status> extends KubeObject {
  /** What is wanted. */
  spec: Spec;
  /** What is there. */
  status?: Status;
}

/** The metadata that one writes; the API server fills in the rest. */
export interface DraftMeta extends Partial<ObjectMeta> {
  /** Either this or `generateName`. */
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
