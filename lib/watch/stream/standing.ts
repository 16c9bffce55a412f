/** How a watch stands with its server: what has gone well since, and what speaks against that the server is where it was. */

import { isOlder } from "../../model/mod.ts";
import { RestoredError } from "../errors.ts";
import type { Position } from "./position.ts";
import type { SetBack } from "./set_back.ts";
import { afterWatch, isSuspect, type WatchVerdict } from "./verdict.ts";

/**
 * A version that expires so soon after the last one did, in milliseconds, is no reason to list at once: a server that lets
 * versions expire again and again would be asked for all objects in a loop.
 */
const EXPIRY_SPACING = 10_000;

/** What one watch remembers of how it went. */
export class Standing {
  /** Whether nothing has been heard since the last list. */
  #fresh = true;
  /** Whether the server may be another than the one before, or have lost what it knew. */
  #unsure = false;
  /** How many watches in a row failed for what may lie in the version they began at. */
  #suspects = 0;
  #expiredAt = -Infinity;
  /** What was found elsewhere. */
  #rumour: SetBack | undefined;
  #isSetBack = false;

  /** Whether the server is to be asked where it is before a watch counts as well. */
  get unsure(): boolean {
    return this.#unsure;
  }

  /** Whether the server is known to have gone back, and no list since has taken that in. */
  get isSetBack(): boolean {
    return this.#isSetBack;
  }

  /** The version that was seen before, when a list of the newest is of a server that has gone back; else `undefined`. */
  restoredFrom(position: Position, newest: string): string | undefined {
    this.#isSetBack ||= position.isBehind(newest) || this.#speaksFor(newest);
    return this.#isSetBack && position.resourceVersion !== "" ? position.resourceVersion : undefined;
  }

  /**
   * The server has said where it is.
   *
   * @throws {RestoredError} If that is a place in the past.
   */
  verify(position: Position, newest: string): void {
    const seen = this.restoredFrom(position, newest);
    if (seen !== undefined) throw new RestoredError(newest, seen);
    this.#rumour = undefined;
    this.#unsure = false;
  }

  /**
   * A server of the same history that has not gone back has come past what was seen of it elsewhere; one that has lies between,
   * and this watch may be, too: then its own version tells nothing.
   */
  #speaksFor(newest: string): boolean {
    if (this.#rumour === undefined) return false;
    const { resourceVersion, seen } = this.#rumour;
    return !isOlder(newest, resourceVersion) && isOlder(newest, seen);
  }

  /** A list is complete. */
  listed(): void {
    this.#fresh = true;
    this.#unsure = false;
    this.#suspects = 0;
    this.#rumour = undefined;
    this.#isSetBack = false;
  }

  /** The watch has brought something. */
  progressed(): void {
    this.#fresh = false;
    this.#suspects = 0;
  }

  /**
   * The server may be another than the one before.
   *
   * @param rumour What was found elsewhere.
   * @param isCertain Whether that settles it.
   */
  doubt(rumour?: SetBack, isCertain = false): void {
    this.#unsure = true;
    this.#rumour = rumour ?? this.#rumour;
    this.#isSetBack ||= isCertain;
  }

  /** What follows, now that a watch has failed. */
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
