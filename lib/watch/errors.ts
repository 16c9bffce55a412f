/** What can go wrong with a watch besides the API server saying no. */

import { messageOf } from "../model/mod.ts";
import { formatDuration } from "../time/mod.ts";
import type { CacheChange } from "./types.ts";

/** The server sent nothing for longer than it may: the connection is dead, though nobody said so. */
export class SilentConnectionError extends Error {
  /** Tells this error from others. */
  override readonly name = "SilentConnectionError";

  /**
   * Says what happened.
   *
   * @param limit How long it may be silent, in milliseconds.
   */
  constructor(limit: number) {
    super(`Cannot go on as the server sent nothing for ${formatDuration(limit)}: the connection is taken for dead`);
  }
}

/** The server ended a watch at once, without a word. */
export class ShortWatchError extends Error {
  /** Tells this error from others. */
  override readonly name = "ShortWatchError";

  /** Made when a watch ends in less than a second and brought nothing. */
  constructor() {
    super("Cannot watch as the server ended the watch in less than a second without any event");
  }
}

/** The server, or something between, sent a line that is no watch event. */
export class MalformedWatchError extends Error {
  /** Tells this error from others. */
  override readonly name = "MalformedWatchError";

  /**
   * Says what happened.
   *
   * @param problem What is wrong with it.
   * @param options The cause.
   */
  constructor(problem: string, options?: ErrorOptions) {
    super(`Cannot read the watch as ${problem}`, options);
  }
}

/** The server answered a list with something else. */
export class MalformedListError extends Error {
  /** Tells this error from others. */
  override readonly name = "MalformedListError";

  /**
   * Says what happened.
   *
   * @param problem What is wrong with it.
   */
  constructor(problem: string) {
    super(`Cannot read the list as ${problem}`);
  }
}

/** The server was asked for a list that is not older than what it has shown before, and answered with one that is. */
export class StaleListError extends Error {
  /** Tells this error from others. */
  override readonly name = "StaleListError";

  /**
   * Says what happened.
   *
   * @param listed The resource version of the list.
   * @param seen The one that was seen before.
   */
  constructor(listed: string, seen: string) {
    super(
      `Cannot use the list as it is older than what was seen before: its resourceVersion is ${listed}, seen was ${seen} ` +
        "(the newest is asked for)",
    );
  }
}

/** The server is at a version that lies before what it has shown: etcd was restored from a backup. */
export class RestoredError extends Error {
  /** Tells this error from others. */
  override readonly name = "RestoredError";

  /**
   * Says what happened.
   *
   * @param newest The resource version that the server is at.
   * @param seen The one that was seen before.
   */
  constructor(newest: string, seen: string) {
    super(
      `Cannot go on watching as the server has gone back in time, as after a restore of etcd from a backup: ` +
        `its resourceVersion is ${newest}, seen was ${seen}`,
    );
  }
}

/** What was under way was cut short, as the server may have gone back in time. Never told to anybody. */
export class DoubtedServerError extends Error {
  /** Tells this error from others. */
  override readonly name = "DoubtedServerError";

  /** Made when another watch has found that. */
  constructor() {
    super("Cannot go on as the server may have gone back in time: it is asked where it is");
  }
}

/** The server ended a streaming list without marking its end: it does not know streaming lists. */
export class UnmarkedListError extends Error {
  /** Tells this error from others. */
  override readonly name = "UnmarkedListError";

  /** Made when a streaming list ends before the mark. */
  constructor() {
    super("Cannot use the streaming list as the server ended it without marking its end");
  }
}

/** The function given as `transform` threw. */
export class TransformError extends Error {
  /** Tells this error from others. */
  override readonly name = "TransformError";

  /**
   * Says what happened.
   *
   * @param object Which object it was given, for people.
   * @param cause What it threw.
   */
  constructor(object: string, cause: unknown) {
    super(`Cannot take in ${object} as transform threw: ${messageOf(cause)}`, { cause });
  }
}

/** Some events of a chunk, or objects of a list, could not be taken into the cache; all others were. */
export class UntakenEventsError extends AggregateError {
  /** Tells this error from others. */
  override readonly name = "UntakenEventsError";
  /** What the others changed. */
  readonly changes: readonly CacheChange[];

  /**
   * Says what happened.
   *
   * @param changes What the other events changed.
   * @param failures What was thrown, for each that could not be taken in.
   */
  constructor(changes: readonly unknown[], failures: readonly unknown[]) {
    super(failures, `Cannot take in ${failures.length} of the objects: ${messageOf(failures[0])}`);
    this.changes = changes as readonly CacheChange[];
  }
}
