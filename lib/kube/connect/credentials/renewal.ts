/** When a credential is asked for anew: one question at a time, and after refusals ever more rarely. Pure but for the asking. */

import type { Clock } from "../../../time/mod.ts";

/** When this many in a row were refused, or could not be had, another is still asked for at once. */
const FREE_AFTER_REFUSALS = 1;

/** The same for those that had ended when they came. To the server's clock they may still be good. */
const FREE_AFTER_ENDS = 2;

/** After one more that is of no use, this long passes before another is asked for, in milliseconds; it doubles with each. */
const FIRST_PAUSE = 1_000;

/** The longest such pause, in milliseconds. */
const LONGEST_PAUSE = 300_000;

/** Something that ends, and can be had anew. */
export class Renewal<T> {
  readonly #ask: () => Promise<T>;
  readonly #endOf: (value: T) => number | undefined;
  readonly #clock: Clock;
  #kept: { readonly value: T; readonly ends: number } | undefined;
  #asking: Promise<T> | undefined;
  #failure: unknown;
  /** Answers in a row that were of no use: refused, past their end when they came, or none at all. */
  #useless = 0;
  #notBefore = -Infinity;
  /** The last one that was refused. */
  #refused: T | undefined;

  /** @param ask Gets a new one. @param endOf When one ends, in milliseconds since the Unix epoch. @param clock The time. */
  constructor(ask: () => Promise<T>, endOf: (value: T) => number | undefined, clock: Clock) {
    this.#ask = ask;
    this.#endOf = endOf;
    this.#clock = clock;
  }

  /**
   * The one to use now. Asks when there is none, or it has ended.
   *
   * @throws What asking threw, also for as long as the pause after it lasts.
   */
  current(): T | Promise<T> {
    const kept = this.#kept;
    if (kept && this.#clock.now() < kept.ends) return kept.value;
    if (this.#mayAsk) return this.#renew();
    // An end that is past by this clock need not be past by the server's.
    if (kept) return kept.value;
    throw this.#failure;
  }

  /**
   * Another one than that which was refused; `undefined` when there is none for now. Whoever comes with the same one gets
   * the same answer, of one question.
   */
  async instead(refused: T): Promise<T | undefined> {
    const kept = this.#kept?.value;
    if (kept !== undefined && kept !== refused) return kept;
    if (!this.#mayAsk) return undefined;
    try {
      return await this.#renew();
    } catch {
      // The refusal is what the caller hears of; the failure is thrown to whoever asks next.
      return undefined;
    }
  }

  /** Notes that one was refused. Many requests may hear of the same refusal: it counts once. */
  refuse(refused: T): void {
    if (this.#kept?.value !== refused || this.#refused === refused || this.#asking) return;
    this.#refused = refused;
    this.#pause(FREE_AFTER_REFUSALS);
  }

  /** Notes that one was of use. */
  accept(accepted: T): void {
    if (this.#useless === 0 || this.#kept?.value !== accepted || this.#hasEnded(accepted)) return;
    this.#useless = 0;
    this.#refused = undefined;
    this.#notBefore = -Infinity;
  }

  #pause(free: number): void {
    this.#useless++;
    const pause = this.#useless <= free ? 0 : Math.min(FIRST_PAUSE * 2 ** (this.#useless - free - 1), LONGEST_PAUSE);
    this.#notBefore = this.#clock.monotonic() + pause;
  }

  get #mayAsk(): boolean {
    return this.#asking !== undefined || this.#clock.monotonic() >= this.#notBefore;
  }

  #hasEnded(value: T): boolean {
    return (this.#endOf(value) ?? Infinity) <= this.#clock.now();
  }

  #renew(): Promise<T> {
    return this.#asking ??= this.#ask().then((value) => {
      this.#kept = { value, ends: this.#endOf(value) ?? Infinity };
      if (this.#hasEnded(value)) this.#pause(FREE_AFTER_ENDS);
      return value;
    }, (error) => {
      this.#failure = error;
      this.#pause(FREE_AFTER_REFUSALS);
      throw error;
    }).finally(() => this.#asking = undefined);
  }
}
