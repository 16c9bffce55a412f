/** What goes wrong between an operator and everything else: the network, the outside, and its own steps. */

import {
  type InterceptedRequest,
  type Interceptor,
  seededRandom,
  type VirtualClock,
} from "../../../lib/testing/mod.ts";
import { type Random, sleep } from "../../../lib/time/mod.ts";
import { broken, isWrite, refusal, unreachable } from "../faults.ts";
import { THROWN_VALUES } from "../thrown_values.ts";

/** What an API server refuses with in bad times. */
const REFUSALS: readonly (readonly [code: number, reason: string])[] = [
  ...[[409, "Conflict"], [429, "TooManyRequests"], [500, "InternalError"], [503, "ServiceUnavailable"]] as const,
  ...[[504, "Timeout"], [403, "Forbidden"], [401, "Unauthorized"]] as const,
];

/** Chance, in words. */
export class Dice {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number below another one. */
  below(count: number): number {
    return Math.floor(this.random.next() * count);
  }

  /** Whether something happens that has this chance. */
  falls(chance: number): boolean {
    return this.random.next() < chance;
  }

  /** One of several. */
  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}

/** All trouble of one history. */
export class Trouble implements Interceptor {
  /** How often a request fails, of one. */
  onTheWire = 0;
  /** How often a step fails, of one. */
  inSteps = 0;
  readonly dice: Dice;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock, dice: Dice) {
    this.#clock = clock;
    this.dice = dice;
  }

  /** Before a request is performed: it is lost, refused, or delayed. */
  readonly before = async (request: Pick<InterceptedRequest, "user" | "verb">): Promise<void> => {
    if (request.user !== "operator" || !this.dice.falls(this.onTheWire)) return;
    const kind = this.dice.below(4);
    if (kind === 0) throw unreachable();
    if (kind === 1) return await sleep(this.#clock, this.dice.below(8_000));
    if (kind === 2 && request.verb === "watch") throw refusal(410, "Expired", "too old resource version");
    const [code, reason] = this.dice.of(REFUSALS);
    throw refusal(code, reason, "a bad day");
  };

  /** After it was performed: the answer is late, or lost. */
  readonly after = async (request: Pick<InterceptedRequest, "user" | "verb">): Promise<void> => {
    if (request.user !== "operator" || !isWrite(request) || !this.dice.falls(this.onTheWire)) return;
    if (this.dice.falls(0.5)) throw broken();
    await sleep(this.#clock, this.dice.below(8_000));
  };

  /** In a step: it throws anything, is slow, or does not heed that its time is over. */
  async strike(signal: AbortSignal): Promise<void> {
    if (!this.dice.falls(this.inSteps)) return;
    const kind = this.dice.below(6);
    if (kind === 0) return await sleep(this.#clock, this.dice.below(10_000), signal);
    if (kind === 1) return await sleep(this.#clock, this.dice.below(20_000));
    throw this.dice.of(Object.values(THROWN_VALUES))();
  }
}
