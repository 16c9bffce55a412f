/** What goes on in real time while virtual time stands still, and how long it is waited for. */

import { setImmediate } from "node:timers";
import { formatDuration, sleep, systemClock } from "../time/mod.ts";

/** What is under way at a moment. */
export interface UnderWay {
  /** What, for people, each with a text of its own: `step "order it" of Order default/a`. */
  readonly what: readonly string[];
  /** How much of it has ended so far: what is under way after that is something new. */
  readonly ended: number;
}

/** A moment of virtual time, and the one that is next. */
interface Moments {
  readonly now: number;
  readonly next: number;
}

/**
 * How long it is waited before virtual time passes at all, in real milliseconds. What is under way may be waiting for either, and
 * nobody can tell: a server on this machine answers within this.
 */
const GRACE = 200;

/**
 * How much virtual time may pass meanwhile, in milliseconds: requests are sent again within 15 s, and the time-out of a step, by
 * default a minute, is never reached by waiting.
 */
const LEEWAY = 20_000;

/** How many turns of the event loop are taken before it is slept in between. */
const TURNS = 20;

/** Waits for what is under way in real time. */
export class RealWork {
  readonly #patience: number;
  readonly #sources = new Set<() => UnderWay>();
  #ended = -1;
  /** Since when each is under way, by the real clock and by the virtual one. */
  readonly #since = new Map<string, { real: number; virtual: number }>();

  /** @param patience How long it is waited altogether, in real milliseconds; 0 for not at all. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Adds a source, until what is returned is disposed. */
  add(source: () => UnderWay): Disposable {
    this.#sources.add(source);
    return { [Symbol.dispose]: () => void this.#sources.delete(source) };
  }

  /**
   * Resolves when virtual time may move on.
   *
   * @param moments Where it is, and where it would move to.
   * @throws {Error} If something has been under way for too long.
   */
  async waitFor(moments: () => Moments): Promise<void> {
    for (let turn = 0;; turn++) {
      if (this.#mayPass(moments())) return;
      await (turn < TURNS ? new Promise<void>((resolve) => setImmediate(() => resolve())) : sleep(systemClock, 1));
    }
  }

  #mayPass({ now, next }: Moments): boolean {
    if (this.#sources.size === 0 || this.#patience === 0) return true;
    this.#look(now);
    const real = systemClock.monotonic();
    let mayPass = true;
    for (const [what, since] of this.#since) {
      const waited = real - since.real;
      if (waited >= Math.min(GRACE, this.#patience) && next <= since.virtual + LEEWAY) continue;
      if (waited >= this.#patience) throw overdue(what, waited);
      mayPass = false;
    }
    return mayPass;
  }

  /** Notes what is new, and forgets what is over. */
  #look(virtual: number): void {
    const found = [...this.#sources].map((source) => source());
    const ended = found.reduce((sum, one) => sum + one.ended, 0);
    if (ended !== this.#ended) this.#since.clear();
    this.#ended = ended;
    const what = new Set(found.flatMap((one) => one.what));
    for (const known of this.#since.keys()) if (!what.has(known)) this.#since.delete(known);
    const real = systemClock.monotonic();
    for (const one of what) if (!this.#since.has(one)) this.#since.set(one, { real, virtual });
  }
}

function overdue(what: string, waited: number): Error {
  return new Error(
    `Cannot let virtual time pass as ${what} is under way, and has been for ${formatDuration(waited)} of real time: ` +
      "virtual time stands still for what takes real time, such as fetch and setTimeout; " +
      `give it something that answers at once, or that waits by the virtual clock for less than ${
        formatDuration(LEEWAY)
      }, ` +
      "or change patience",
  );
}
