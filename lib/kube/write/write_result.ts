/** What a write did, as the performer tells those who keep a view of the cluster. */

import type { KubeObject, ObjectRef, ResourceKind } from "../../model/mod.ts";

/** How much had been seen of a kind at some moment. */
export interface SeenOfKind {
  /** The newest version. */
  readonly resourceVersion: string;
  /** How often it had been found that the server went back in time. */
  readonly restores: number;
}

/** The outcome of one write to the API server. */
export type WriteResult =
  /**
   * The object is stored, as in `object`. When the write has made it, `seen` is what had been seen of the kind before the write
   * was sent, if anything: what is made later has a newer version, unless the server has gone back in time.
   */
  | { readonly type: "stored"; readonly kind: ResourceKind; readonly object: KubeObject; readonly seen?: SeenOfKind }
  /** The object with this UID is gone. */
  | { readonly type: "gone"; readonly kind: ResourceKind; readonly ref: ObjectRef; readonly uid: string }
  /**
   * The view that the write was decided on may be old, or it is not known whether the write took place: a conflict, an
   * object that exists or is missing against expectation, a connection that broke. The next Run reads from the API server.
   */
  | {
    readonly type: "uncertain";
    readonly kind: ResourceKind;
    readonly ref: ObjectRef | undefined;
    /** Whether the write may still be on its way, and be carried out later. */
    readonly mayArrive: boolean;
  };

/** Told of each write, before the Run that made it ends. */
export type WriteListener = (result: WriteResult) => void;
