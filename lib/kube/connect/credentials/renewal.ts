/**
 * Decides when to ask for a new credential: one request at a time, and ever more rarely after refusals. Pure except for
 * asking.
 */

import type { Clock } from "../../../time/mod.ts";

/** After this many useless credentials in a row (refused, or not obtained), the next one is still requested at once. */
const FREE_AFTER_REFUSALS = 1;

/** The same for credentials that were already expired when they came. By the server's clock they may still be valid. */
const FREE_AFTER_ENDS = 2;

/** The pause after one more useless credential, in milliseconds; it doubles each time. */
const FIRST_PAUSE = 1_000;

/** The longest pause, in milliseconds. */
const LONGEST_PAUSE = 300_000;

/** A value that expires and can be renewed. */
export class Renewal<T> {
  readonly #ask: () => Promise<T>;
  readonly #endOf: (value: T) => number | undefined;
  readonly #clock: Clock;
  #kept: { readonly value: T; readonly ends: number } | undefined;
  #asking: Promise<T> | undefined;
  #failure: unknown;
  /** Useless answers in a row: refused, already expired, or none at all. */
  #useless = 0;
  #notBefore = -Infinity;
  /** The last refused value. */
  #refused: T | undefined;

  /**
   * @param ask Gets a new one. @param endOf When one expires, in milliseconds since the Unix epoch. @param clock The
   * time.
   */
  constructor(ask: () => Promise<T>, endOf: (value: T) => number | undefined, clock: Clock) {
    this.#ask = ask;
    this.#endOf = endOf;
    this.#clock = clock;
  }

  /**
   * The value to use now. Asks for a new one if there is none, or it has expired.
   *
   * @throws What asking threw; during the pause after that, the same error again.
   */
  current(): T | Promise<T> {
    const kept = this.#kept;
    if (kept && this.#clock.now() < kept.ends) return kept.value;
    if (this.#mayAsk) return this.#renew();
    // A value that has expired by this clock may be valid by the server's.
    if (kept) return kept.value;
    throw this.#failure;
  }

  /**
   * A value to replace the refused one; `undefined` if there is none for now. Callers with the same refused value share
   * one request.
   */
  async instead(refused: T): Promise<T | undefined> {
    const kept = this.#kept?.value;
    if (kept !== undefined && kept !== refused) return kept;
    if (!this.#mayAsk) return undefined;
    try {
      return await this.#renew();
    } catch {
      // The caller will report the refusal. The failure is thrown to the next caller.
      return undefined;
    }
  }

  /** Records a refusal. Many requests may hear the same refusal: it counts once. */
  refuse(refused: T): void {
    if (this.#kept?.value !== refused || this.#refused === refused || this.#asking) return;
    this.#refused = refused;
    this.#pause(FREE_AFTER_REFUSALS);
  }

  /** Records that the server accepted the value. */
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
