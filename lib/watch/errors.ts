/** Errors of watches, besides those that the API server answers. */

import { messageOf } from "../model/mod.ts";
import { formatDuration } from "../time/mod.ts";
import type { CacheChange } from "./types.ts";

/** The server sent nothing for too long: the connection counts as dead. */
export class SilentConnectionError extends Error {
  override readonly name = "SilentConnectionError";

  /**
   * @param limit How long the server may be silent, in milliseconds.
   */
  constructor(limit: number) {
    super(`Cannot go on as the server sent nothing for ${formatDuration(limit)}: the connection is taken for dead`);
  }
}

/** The server ended a watch at once, without any event. */
export class ShortWatchError extends Error {
  override readonly name = "ShortWatchError";

  constructor() {
    super("Cannot watch as the server ended the watch in less than a second without any event");
  }
}

/** The server, or a proxy before it, sent a line that is not a watch event. */
export class MalformedWatchError extends Error {
  override readonly name = "MalformedWatchError";

  /**
   * @param problem What is wrong, as a clause.
   * @param options The cause.
   */
  constructor(problem: string, options?: ErrorOptions) {
    super(`Cannot read the watch as ${problem}`, options);
  }
}

/** The answer to a list is not a list. */
export class MalformedListError extends Error {
  override readonly name = "MalformedListError";

  /**
   * @param problem What is wrong, as a clause.
   */
  constructor(problem: string) {
    super(`Cannot read the list as ${problem}`);
  }
}

/** A list is older than what was seen before, although a newer one was requested. */
export class StaleListError extends Error {
  override readonly name = "StaleListError";

  /**
   * @param listed The resource version of the list.
   * @param seen The newest resource version that was seen before.
   */
  constructor(listed: string, seen: string) {
    super(
      `Cannot use the list as it is older than what was seen before: its resourceVersion is ${listed}, seen was ${seen} ` +
        "(the newest is asked for)",
    );
  }
}

/** The server's newest version is older than what was seen before: etcd was restored from a backup. */
export class RestoredError extends Error {
  override readonly name = "RestoredError";

  /**
   * @param newest The server's newest resource version.
   * @param seen The newest resource version that was seen before.
   */
  constructor(newest: string, seen: string) {
    super(
      `Cannot go on watching as the server has gone back in time, as after a restore of etcd from a backup: ` +
        `its resourceVersion is ${newest}, seen was ${seen}`,
    );
  }
}

/** Internal: cuts a request short because the server may have gone back in time. Never reported. */
export class DoubtedServerError extends Error {
  override readonly name = "DoubtedServerError";

  constructor() {
    super("Cannot go on as the server may have gone back in time: it is asked where it is");
  }
}

/** The server ended a streaming list without the bookmark that marks its end: it does not support streaming lists. */
export class UnmarkedListError extends Error {
  override readonly name = "UnmarkedListError";

  constructor() {
    super("Cannot use the streaming list as the server ended it without marking its end");
  }
}

/** The user's `transform` threw. */
export class TransformError extends Error {
  override readonly name = "TransformError";

  /**
   * @param object The object that it was called with: `Secret default/foo`.
   * @param cause What it threw.
   */
  constructor(object: string, cause: unknown) {
    super(`Cannot cache ${object} as transform threw: ${messageOf(cause)}`, { cause });
  }
}

/** Some events or listed objects could not be put into the cache; all others were. */
export class UntakenEventsError extends AggregateError {
  /** The error's name. */
  override readonly name = "UntakenEventsError";
  /** The changes by the others. */
  readonly changes: readonly CacheChange[];

  /**
   * Made by `ObjectCache.apply`.
   *
   * @param changes The changes by the other events.
   * @param failures What was thrown, one for each event or object.
   */
  constructor(changes: readonly unknown[], failures: readonly unknown[]) {
    super(failures, `Cannot cache ${failures.length} of the objects; the first error is: ${messageOf(failures[0])}`);
    this.changes = changes as readonly CacheChange[];
  }
}
