/** A watch under test: scripted answers, virtual time, and everything that it says. */

import type { Random } from "../../lib/time/mod.ts";
import { kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { listWatch, type ListWatchOptions, type WatchBatch, type WatchState } from "../../lib/watch/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { type Answer, ScriptedClient } from "./scripted_client.ts";

export const Secret = kindOf<KubeObject>({ version: "v1", kind: "Secret", plural: "secrets" });

/** Always the middle: a wait is half of its bound. */
export const half: Random = { next: () => 0.5 };

/** An object, as the server sends it in a watch. */
export function secret(
  name: string,
  resourceVersion: string | number,
  more: { uid?: string; namespace?: string | undefined; [field: string]: unknown } = {},
): KubeObject {
  const { uid, namespace, ...metadata } = { uid: `uid-${name}`, namespace: "default", ...more };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      uid,
      resourceVersion: String(resourceVersion),
      creationTimestamp: "2024-01-01T00:00:00Z",
      ...(namespace !== undefined && { namespace }),
      ...metadata,
    },
  };
}

export const added = (object: KubeObject) => ({ type: "ADDED" as const, object });
export const modified = (object: KubeObject) => ({ type: "MODIFIED" as const, object });
export const deleted = (object: KubeObject) => ({ type: "DELETED" as const, object });

/** A bookmark; of the end of a streaming list, when `end` is given. */
export function bookmark(resourceVersion: string | number, end = false): unknown {
  const annotations = end ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  return {
    type: "BOOKMARK",
    object: {
      kind: "Secret",
      metadata: { resourceVersion: String(resourceVersion), creationTimestamp: null, ...annotations },
    },
  };
}

/** A watch that is read as fast as it goes. */
export class RunningWatch implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly script: ScriptedClient;
  readonly states: WatchState[] = [];
  readonly batches: WatchBatch[] = [];
  /** What ended the stream: an error, or `"closed"`. */
  ended: unknown;
  readonly #abort = new AbortController();
  readonly #reading: Promise<void>;

  constructor(answers: readonly Answer[], options: Partial<ListWatchOptions> = {}) {
    this.script = new ScriptedClient(...answers);
    const stream = listWatch({
      client: this.script.client,
      kind: Secret,
      clock: this.clock,
      random: half,
      signal: this.#abort.signal,
      streamingLists: false,
      onState: (state) => this.states.push(state),
      ...options,
    });
    this.#reading = this.#read(stream);
  }

  async #read(stream: ReadableStream<WatchBatch>): Promise<void> {
    try {
      for await (const batch of stream) this.batches.push(batch);
      this.ended = "closed";
    } catch (error) {
      this.ended = error;
    }
  }

  /** The names of the states so far. */
  get stateNames(): readonly string[] {
    return this.states.map(({ type }) => type);
  }

  /** Each event as `TYPE name@version`. */
  get events(): readonly string[] {
    return this.batches.flatMap((batch) => batch.type === "events" ? batch.events : [])
      .map(({ type, object: { metadata } }) => `${type} ${metadata.name}@${metadata.resourceVersion}`);
  }

  /** The last state. */
  get state(): WatchState {
    return this.states.at(-1)!;
  }

  /** The error of the last time that it backed off. */
  get trouble(): unknown {
    const state = this.states.findLast(({ type }) => type === "backing-off");
    return state?.type === "backing-off" ? state.error : undefined;
  }

  abort(): void {
    this.#abort.abort(new Error("enough"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort();
    await this.#reading;
  }
}

/** Starts a watch and lets it come to rest. */
export async function run(answers: readonly Answer[], options: Partial<ListWatchOptions> = {}): Promise<RunningWatch> {
  const watch = new RunningWatch(answers, options);
  await watch.clock.settle();
  return watch;
}
