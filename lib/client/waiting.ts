/** Waits for one object to be as wanted: by a watch, never by asking again and again. */

import { ApiError, type ClusterClient, getObject, objectPath } from "../kube/mod.ts";
import { describeObject, type KubeObject, messageOf, type ObjectRef, type ResourceKind } from "../model/mod.ts";
import { type Clock, formatDuration, type Random } from "../time/mod.ts";
import { listWatch, type WatchBatch, type WatchState } from "../watch/mod.ts";
import { WaitError } from "./errors.ts";
import { isMoved, settledBy } from "./moved_clock.ts";
import { shownObject } from "./shown_object.ts";

/** What is waited for, and with what. */
export interface Wait<T extends KubeObject> {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly kind: ResourceKind<T>;
  readonly ref: ObjectRef;
  /** Asked of each version of the object that the watch brings, and of its absence. */
  readonly holds: (object: T | undefined) => boolean | Promise<boolean>;
  /** What is waited for, as a clause. */
  readonly what: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** What the API server refuses now and may not later: a conflict, a version that is too old, too many requests. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 410, 429]);

/**
 * The object, once it is as wanted.
 *
 * @throws {WaitError} If it is not in time.
 * @throws {ApiError} If the API server refuses to show it.
 * @throws What the condition throws; the signal's reason.
 */
export async function waitForObject<T extends KubeObject>(wait: Wait<T>): Promise<T | undefined> {
  checkName(wait);
  wait.signal?.throwIfAborted();
  return await new Waiting(wait).end();
}

/** A name goes into a selector, in which these have a meaning. */
function checkName({ kind, ref }: Pick<Wait<KubeObject>, "kind" | "ref">): void {
  objectPath(kind, ref);
  if (!/[,=!\\]/.test(ref.name)) return;
  throw new TypeError(`Cannot wait for ${describeObject(kind, ref)} as no object can have such a name`);
}

class Waiting<T extends KubeObject> {
  readonly #wait: Wait<T>;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<T | undefined>();
  #object: T | undefined;
  #wasThere = false;
  /** The list so far; its object counts when the list is complete. */
  #listed: T | undefined;
  #trouble: unknown;

  constructor(wait: Wait<T>) {
    this.#wait = wait;
  }

  async end(): Promise<T | undefined> {
    const { clock, timeout, signal } = this.#wait;
    const onAbort = () => this.#ended.reject(signal!.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = clock.timer(timeout, () => this.#ended.reject(this.#overdue()));
    const following = this.#follow().catch((error) => this.#ended.reject(error));
    try {
      return await settledBy(clock, this.#ended.promise, { within: timeout, what: this.#wait.what });
    } finally {
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
      this.#over.abort();
      await following;
    }
  }

  async #follow(): Promise<void> {
    const { client, clock, random, kind, ref: { name, namespace } } = this.#wait;
    const onState = (state: WatchState) => this.#noteState(state);
    const fieldSelector = `metadata.name=${name}`;
    const { signal } = this.#over;
    for await (const batch of listWatch({ client, kind, namespace, fieldSelector, clock, random, signal, onState })) {
      for (const object of this.#versionsIn(batch)) {
        if (await this.#isRight(object)) return this.#ended.resolve(object);
      }
    }
  }

  /** What a batch tells of the object: each of its versions, in order; `undefined` where there is none. */
  *#versionsIn(batch: WatchBatch<T>): Generator<T | undefined> {
    const isIt = ({ metadata }: T) => metadata.name === this.#wait.ref.name;
    switch (batch.type) {
      case "init":
        this.#listed = undefined;
        return;
      case "page":
        this.#listed ??= batch.objects.find(isIt);
        return;
      case "synced":
        return yield this.#see(this.#listed);
      case "events":
        for (const { type, object } of batch.events) {
          if (isIt(object)) yield this.#see(type === "DELETED" ? undefined : object);
        }
    }
  }

  #see(object: T | undefined): T | undefined {
    this.#trouble = undefined;
    this.#wasThere ||= object !== undefined;
    return this.#object = object;
  }

  /** Also ends when the wait is over, whatever a condition is still waiting for. */
  async #isRight(object: T | undefined): Promise<boolean> {
    const { signal } = this.#over;
    const answer = this.#wait.holds(object);
    if (typeof answer === "boolean") return answer;
    const over = Promise.withResolvers<boolean>();
    const onAbort = () => over.resolve(false);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([answer, over.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #noteState(state: WatchState): void {
    if (state.type !== "backing-off") return;
    this.#trouble = state.error;
    if (isFinal(state.error)) this.#refuse(state.error);
  }

  /** A request for the object is refused in clearer words than a watch, where it is refused as well. */
  async #refuse(error: unknown): Promise<void> {
    const { client, clock, random, kind, ref, signal } = this.#wait;
    const place = { kind, namespace: ref.namespace, name: ref.name, signal };
    const clearer = await getObject({ client, clock, random }, place).then(() => undefined, (thrown) => thrown);
    this.#ended.reject(clearer ?? error);
  }

  #overdue(): WaitError {
    const { kind, ref, what, timeout, clock } = this.#wait;
    const time = `${formatDuration(timeout)}${isMoved(clock) ? " of virtual time" : ""}`;
    const object = this.#object;
    const trouble = this.#trouble === undefined ? "" : `; the watch is in trouble: ${messageOf(this.#trouble)}`;
    return new WaitError(
      `Cannot wait any longer until ${what} for ${describeObject(kind, ref)} as ${time} are over: ` +
        `${this.#now()}${trouble}`,
      { object, cause: this.#trouble },
    );
  }

  #now(): string {
    if (this.#object) return `it is now ${shownObject(this.#wait.kind, this.#object)}`;
    return this.#wasThere ? "it was deleted" : "there is none";
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.code >= 400 && error.code < 500 && !PASSING.has(error.code);
}
