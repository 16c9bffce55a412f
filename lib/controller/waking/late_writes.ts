/** Writes that may still be on their way: when one arrives late, what it has undone is put right. */

import { isSameResource, type WriteResult } from "../../kube/mod.ts";
import { formatKey, type ResourceKind } from "../../model/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { CacheChange } from "../../watch/mod.ts";

/**
 * How long a write may be under way that was given up, in milliseconds. TCP sends anew for a quarter of an hour at most
 * (`tcp_retries2` of Linux: 924 s), and an API server works on a request for a minute.
 */
const LONGEST_UNDER_WAY = 16 * 60_000;

/** One write. */
interface LateWrite {
  readonly kind: ResourceKind;
  readonly until: number;
}

/**
 * Remembers objects whose writes were given up without an answer. Such a write may be carried out after a newer one, and what
 * it does may be a change that no predicate lets pass, such as one of the status alone. So for some minutes every change of
 * such an object that others made, as it seems, wakes whom it concerns.
 */
export class LateWrites {
  readonly #clock: Clock;
  /** By the objects' keys; the oldest first. */
  readonly #expected = new Map<string, LateWrite[]>();

  /** @param clock The time. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of how many objects writes are waited for. */
  get size(): number {
    return this.#expected.size;
  }

  /** Takes note of a write, if nobody knows what will become of it. */
  note(result: WriteResult): void {
    if (result.type !== "uncertain" || !result.mayArrive || !result.ref) return;
    const now = this.#clock.monotonic();
    this.#forgetUntil(now);
    const { kind, ref } = result;
    const key = formatKey(ref);
    const others = (this.#expected.get(key) ?? []).filter((one) => one.until > now && !isSameResource(one.kind, kind));
    this.#expected.delete(key);
    this.#expected.set(key, [...others, { kind, until: now + LONGEST_UNDER_WAY }]);
  }

  /** Whether a change of an object of a kind may be such a write that has arrived: it is not the answer to another one. */
  mayBe(kind: ResourceKind, { key, source }: CacheChange): boolean {
    if (this.#expected.size === 0 || source === "write") return false;
    const now = this.#clock.monotonic();
    this.#forgetUntil(now);
    return this.#expected.get(key)?.some((one) => one.until > now && isSameResource(one.kind, kind)) ?? false;
  }

  /** Lets go of what cannot arrive any more. */
  #forgetUntil(now: number): void {
    for (const [key, writes] of this.#expected) {
      if (writes.some(({ until }) => until > now)) return;
      this.#expected.delete(key);
    }
  }
}
