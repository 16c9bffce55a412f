/** Tracks the failures of a watch, and whether its server may have gone back in time. */

import { isOlder } from "../../model/mod.ts";
import { RestoredError } from "../errors.ts";
import type { Position } from "./position.ts";
import type { SetBack } from "./set_back.ts";
import { afterWatch, isSuspect, type WatchVerdict } from "./verdict.ts";

/**
 * If a version expires within this time after the last expiry, in milliseconds, the next list waits for a backoff. Otherwise a
 * server whose versions expire again and again would be asked for all objects in a loop.
 */
const EXPIRY_SPACING = 10_000;

/** What one watch remembers about its failures and its server. */
export class Standing {
  /** Whether the watch has brought nothing new since the last list. */
  #fresh = true;
  /** Whether the server's version must be checked: it may be another server, or a restored one. */
  #unsure = false;
  /** How many watches in a row failed for a reason that may lie in their start version. */
  #suspects = 0;
  #expiredAt = -Infinity;
  /** A restore that was found elsewhere, not yet confirmed by this watch. */
  #reported: SetBack | undefined;
  #isSetBack = false;

  /** Whether the server's version must be checked before a watch counts as connected. */
  get unsure(): boolean {
    return this.#unsure;
  }

  /** Whether the server is known to have gone back in time, and no list has been read since. */
  get isSetBack(): boolean {
    return this.#isSetBack;
  }

  /** The version that was seen before, if the server's newest version shows that it has gone back; else `undefined`. */
  restoredFrom(position: Position, newest: string): string | undefined {
    this.#isSetBack ||= position.isBehind(newest) || this.#confirms(newest);
    return this.#isSetBack && position.resourceVersion !== "" ? position.resourceVersion : undefined;
  }

  /**
   * Checks the server's newest version.
   *
   * @throws {RestoredError} If it shows that the server has gone back in time.
   */
  verify(position: Position, newest: string): void {
    const seen = this.restoredFrom(position, newest);
    if (seen !== undefined) throw new RestoredError(newest, seen);
    this.#reported = undefined;
    this.#unsure = false;
  }

  /**
   * Whether the server's version confirms a restore that was found elsewhere: it lies between the restored version and the one
   * that was seen before. A server that has not gone back would be past both. The version of this watch may lie between them
   * too, and so proves nothing.
   */
  #confirms(newest: string): boolean {
    if (this.#reported === undefined) return false;
    const { resourceVersion, seen } = this.#reported;
    return !isOlder(newest, resourceVersion) && isOlder(newest, seen);
  }

  listed(): void {
    this.#fresh = true;
    this.#unsure = false;
    this.#suspects = 0;
    this.#reported = undefined;
    this.#isSetBack = false;
  }

  progressed(): void {
    this.#fresh = false;
    this.#suspects = 0;
  }

  /**
   * To be called when the server may be another one, or a restored one.
   *
   * @param reported A restore that was found elsewhere.
   * @param isCertain Whether that needs no confirmation.
   */
  doubt(reported?: SetBack, isCertain = false): void {
    this.#unsure = true;
    this.#reported = reported ?? this.#reported;
    this.#isSetBack ||= isCertain;
  }

  failed(error: unknown, now: number): WatchVerdict {
    if (isSuspect(error)) this.#suspects += 1;
    this.doubt();
    const verdict = afterWatch({ error, fresh: this.#fresh, suspects: this.#suspects });
    if (verdict !== "list") return verdict;
    const isAgain = now - this.#expiredAt < EXPIRY_SPACING;
    this.#expiredAt = now;
    return isAgain ? "list-later" : "list";
  }
}
