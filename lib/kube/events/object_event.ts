/** What a controller reports about an object, before it becomes an Event. Only types. */

import type { RunOwner } from "../write/mod.ts";

/** Who reports it. */
export interface EventReporter {
  /** The controller, as a qualified name: `example.dev/foo`. */
  readonly controller: string;
  /** The process: `foo-7d4b9c-x2x4z`. */
  readonly instance: string;
}

/** Something that happened to an object. Long texts are cut. It must not contain secrets. */
export interface ObjectEvent {
  /** Who reports it. */
  readonly reporter: EventReporter;
  /** The object, as it was when it happened. */
  readonly regarding: RunOwner;
  /** `Warning` if somebody should look at it. */
  readonly type: "Normal" | "Warning";
  /** What happened, as one word: `Failed`. */
  readonly reason: string;
  /** What was being done, for people. It is turned into one word in CamelCase. */
  readonly action: string;
  /** What happened, for people. */
  readonly note: string;
}
