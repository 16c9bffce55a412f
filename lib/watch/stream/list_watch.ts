/** List and watch as a stream of batches. */

import type { KubeObject } from "../../model/mod.ts";
import { WatchMachine } from "./machine.ts";
import { type ListWatchOptions, resolveListWatch } from "./options.ts";
import type { WatchBatch } from "../types.ts";

/**
 * Lists all objects of a kind and then watches their changes, for as long as the stream is read. One chunk is the content of
 * one network read.
 *
 * ## Expected flow
 * First the list: `init`, one or more `page`, `synced`. Then `events`, until the stream is cancelled or the signal is aborted.
 * Another list may follow at any time, when the server can no longer say what has changed.
 *
 * ## Guarantees
 * - No change is lost: after any failure, the watch continues at the last version seen, or lists again. Tested with random
 *   histories of a server and a network by `tests/watch/informer_history_test.ts`.
 * - It never goes back in time, unless the server does: after a restore of etcd from a backup, a list may be older than what
 *   was seen. It then comes with `restored`. Tested by `tests/watch/gone_back_test.ts`.
 * - A connection that died silently is replaced within 45 seconds, or 75 as long as the server has not ended a first watch.
 *   Tested by `tests/watch/silence_test.ts`.
 * - While nobody reads the stream, nothing is read from the network. Tested by `tests/watch/stream_test.ts`.
 * - When the stream is cancelled or aborted, the request is closed at once, without pending timers or listeners. Tested by
 *   `tests/watch/stream_test.ts`.
 *
 * ## Errors
 * Each failure is reported to `onState` and retried after a backoff, also those that somebody has to fix, such as missing RBAC
 * rights (403) or a kind that is not installed (404). Only a missing Deno permission errors the stream, since a running
 * process cannot get it any more.
 *
 * @param options What to watch, and how.
 * @returns The stream. It makes no request before it is read.
 * @throws {RangeError} If an option is out of range.
 * @throws {SelectorError} If the label selector is invalid.
 * @throws {TypeError} If a namespace is given for a cluster-scoped kind.
 *
 * @example Usage
 * ```ts
 * import { Namespace } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { listWatch } from "@staircase/operator/watch";
 * import { assert } from "@std/assert";
 *
 * using client = new EmbeddedCluster();
 * const names: string[] = [];
 * for await (const batch of listWatch({ client, kind: Namespace })) {
 *   if (batch.type === "page") names.push(...batch.objects.map((object) => object.metadata.name));
 *   if (batch.type === "synced") break;
 * }
 * assert(names.includes("default"));
 * ```
 */
export function listWatch<T extends KubeObject>(options: ListWatchOptions<T>): ReadableStream<WatchBatch<T>> {
  return streamOf(new WatchMachine(resolveListWatch(options)), options.signal);
}

/** Reads a machine as a stream. @param signal Stops the machine and ends the stream. */
export function streamOf<T extends KubeObject>(
  machine: WatchMachine<T>,
  signal: AbortSignal | undefined,
): ReadableStream<WatchBatch<T>> {
  let onAbort: () => void;
  const stop = (reason: unknown) => {
    signal?.removeEventListener("abort", onAbort);
    machine.stop(reason);
  };
  return new ReadableStream<WatchBatch<T>>({
    start(controller) {
      onAbort = () => {
        stop(signal?.reason);
        controller.close();
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener("abort", onAbort);
    },
    async pull(controller) {
      try {
        const batch = await machine.next();
        if (batch && !machine.stopped) controller.enqueue(batch);
      } catch (error) {
        stop(error);
        throw error;
      }
    },
    cancel: stop,
    // Nothing is read ahead.
  }, { highWaterMark: 0 });
}
