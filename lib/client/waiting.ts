/** Waits until one object meets a condition, by a watch and not by polling. */

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
  /** Called with each version of the object, and with `undefined` if it does not exist. */
  readonly holds: (object: T | undefined) => boolean | Promise<boolean>;
  /** What is waited for, as a clause. */
  readonly what: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** Refusals that may pass: a conflict, a version that is too old, too many requests. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 410, 429]);

/**
 * Returns the object as soon as it meets the condition.
 *
 * @throws {WaitError} If that takes too long.
 * @throws {ApiError} If the API server refuses to show it.
 * @throws What the condition throws; the signal's reason.
 */
export async function waitForObject<T extends KubeObject>(wait: Wait<T>): Promise<T | undefined> {
  checkName(wait);
  wait.signal?.throwIfAborted();
  return await new Waiting(wait).end();
}

/** Characters that have a meaning in the field selector, which contains the name. */
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
  /** The object of the list under way; it counts when the list is complete. */
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

  /** The versions of the object in a batch, in order; `undefined` if it does not exist. */
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

  /** Also ends when the wait is over while the condition is still pending. */
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

  /** Requests the object when the watch was refused: the error of that is clearer. */
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
