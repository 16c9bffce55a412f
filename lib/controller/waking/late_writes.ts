/** Remembers writes that may still be on their way, so that a late one is corrected when it arrives. */

import type { WriteResult } from "../../kube/mod.ts";
import { formatKey, isSameResource, type ResourceKind } from "../../model/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { CacheChange } from "../../watch/mod.ts";

/**
 * How long an abandoned write may still be on its way, in milliseconds. TCP retransmits for at most a quarter of an
 * hour (`tcp_retries2` of Linux: 924 s), and an API server works on a request for a minute.
 */
const LONGEST_UNDER_WAY = 16 * 60_000;

/** One abandoned write. */
interface LateWrite {
  readonly kind: ResourceKind;
  readonly until: number;
}

/**
 * Remembers objects whose writes were abandoned without an answer. Such a write may be carried out after a newer one,
 * and its change may be one that no predicate passes, such as a change of the status only. So for some minutes, every
 * change of such an object that seems to come from others wakes the objects that it concerns.
 */
export class LateWrites {
  readonly #clock: Clock;
  /** By the objects' keys, oldest first. */
  readonly #expected = new Map<string, LateWrite[]>();

  /** @param clock The time. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For how many objects writes are expected. */
  get size(): number {
    return this.#expected.size;
  }

  /** Remembers a write whose outcome is unknown. */
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

  /** Whether a change may be such a late write: it is not the answer to another one. */
  mayBe(kind: ResourceKind, { key, source }: CacheChange): boolean {
    if (this.#expected.size === 0 || source === "write") return false;
    const now = this.#clock.monotonic();
    this.#forgetUntil(now);
    return this.#expected.get(key)?.some((one) => one.until > now && isSameResource(one.kind, kind)) ?? false;
  }

  /** Forgets writes that can no longer arrive. */
  #forgetUntil(now: number): void {
    for (const [key, writes] of this.#expected) {
      if (writes.some(({ until }) => until > now)) return;
      this.#expected.delete(key);
    }
  }
}
