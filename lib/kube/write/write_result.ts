/** The outcome of a write, as the performer reports it to those who keep a view of the cluster. */

import type { KubeObject, ObjectRef, ResourceKind } from "../../model/mod.ts";

/** How much of a kind had been seen at some moment. */
export interface SeenOfKind {
  /** The newest version. */
  readonly resourceVersion: string;
  /** How often the server had been found to have gone back in time. */
  readonly restores: number;
}

/** The outcome of one write to the API server. */
export type WriteResult =
  /**
   * The object is stored as `object`. If the write created it, `seen` is what had been seen of the kind before the
   * request, if anything. Whatever is created later has a newer version, unless the server has gone back in time.
   */
  | { readonly type: "stored"; readonly kind: ResourceKind; readonly object: KubeObject; readonly seen?: SeenOfKind }
  /** The object with this UID is gone. */
  | { readonly type: "gone"; readonly kind: ResourceKind; readonly ref: ObjectRef; readonly uid: string }
  /**
   * The view that the write was decided on may be outdated, or it is unknown whether the write took place: after a
   * conflict, an object that exists or is missing unexpectedly, or a broken connection. The next Run reads from the API
   * server.
   */
  | {
    readonly type: "uncertain";
    readonly kind: ResourceKind;
    readonly ref: ObjectRef | undefined;
    /** Whether the write may still be on its way, and be carried out later. */
    readonly mayArrive: boolean;
  };

/** Called after each write, before its Run ends. */
export type WriteListener = (result: WriteResult) => void;
