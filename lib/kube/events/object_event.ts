/** What is to be told of an object, before it is an Event. Only types. */

import type { RunOwner } from "../write/mod.ts";

/** Who tells it. */
export interface EventReporter {
  /** The controller, as a qualified name: `example.dev/foo`. */
  readonly controller: string;
  /** Which of its processes: `foo-7d4b9c-x2x4z`. */
  readonly instance: string;
}

/** Something that happened to an object. Texts that are too long are cut; what is secret must not be in them. */
export interface ObjectEvent {
  /** Who tells it. */
  readonly reporter: EventReporter;
  /** The object that it happened to, as it was then. */
  readonly regarding: RunOwner;
  /** Whether somebody should look: `Warning`. */
  readonly type: "Normal" | "Warning";
  /** What happened, as one word: `Failed`. */
  readonly reason: string;
  /** What was being done, for people; it becomes one word in CamelCase. */
  readonly action: string;
  /** What happened, for people. */
  readonly note: string;
}
