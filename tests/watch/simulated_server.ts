/** A server of watches in virtual time, with the habits of one that is in use somewhere; its connections can die. */

import type { RequestOptions, RestClient } from "@cloudydeno/kubernetes-client";
import type { Clock, Timer } from "../../lib/time/mod.ts";

/** What a server does, or not. */
export interface Habits {
  /** Ends a watch when its time is over. */
  readonly ends: boolean;
  /** Sends a bookmark once a minute, and 2 seconds before the end. */
  readonly bookmarks: boolean;
  /** Something between holds the answer back until there is something to send. */
  readonly holdsBack?: boolean;
}

/** Answers lists at once, and watches by its habits. */
export class SimulatedServer {
  /** How many watches were asked for. */
  watches = 0;
  /** Connections of an earlier one are dead. */
  #generation = 0;
  #stalled = false;
  #version = 1;
  readonly #clock: Clock;
  readonly #habits: Habits;

  constructor(clock: Clock, habits: Habits) {
    this.#clock = clock;
    this.#habits = habits;
  }

  get client(): RestClient {
    return this as unknown as RestClient;
  }

  /** All connections die without a word. Those that are made later work. */
  kill(): void {
    this.#generation++;
  }

  /** No request is answered, and no connection brings anything, from now on for good or until `resume`. */
  stall(): void {
    this.#generation++;
    this.#stalled = true;
  }

  /** New requests are answered again. */
  resume(): void {
    this.#stalled = false;
  }

  performRequest({ querystring, abortSignal }: RequestOptions): Promise<unknown> {
    if (this.#stalled) return unanswered(abortSignal);
    if (querystring?.get("watch") === "true") {
      return this.#watch(Number(querystring.get("timeoutSeconds")), abortSignal);
    }
    const metadata = { resourceVersion: String(this.#version) };
    return Promise.resolve(encode({ kind: "SecretList", apiVersion: "v1", metadata, items: [] }));
  }

  #watch(seconds: number, signal: AbortSignal | undefined): Promise<unknown> {
    this.watches++;
    const born = this.#generation;
    const timers: Timer[] = [];
    const cancel = () => timers.forEach((timer) => timer.cancel());
    const head = Promise.withResolvers<ReadableStream<Uint8Array>>();
    signal?.addEventListener("abort", () => head.reject(signal.reason));
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const alive = (act: () => void) => () => {
          if (born !== this.#generation) return;
          act();
          head.resolve(stream);
        };
        const later = (milliseconds: number, act: () => void) =>
          void timers.push(this.#clock.timer(milliseconds, alive(act)));
        const bookmark = () => controller.enqueue(this.#bookmark());
        const minutely = () => {
          bookmark();
          later(60_000, minutely);
        };
        const end = () => {
          cancel();
          controller.close();
        };
        if (this.#habits.ends) later(seconds * 1_000, end);
        if (!this.#habits.bookmarks) return;
        later(60_000, minutely);
        if (this.#habits.ends && seconds < 62) later(seconds * 1_000 - 2_000, bookmark);
      },
      cancel,
    });
    if (!this.#habits.holdsBack) head.resolve(stream);
    return head.promise;
  }

  #bookmark(): Uint8Array {
    const metadata = { resourceVersion: String(++this.#version), creationTimestamp: null };
    return encode({ type: "BOOKMARK", object: { kind: "Secret", apiVersion: "v1", metadata } });
  }
}

function unanswered(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
