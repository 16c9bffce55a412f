/** List and watch, as a stream. */

import type { KubeObject } from "../../model/mod.ts";
import { WatchMachine } from "./machine.ts";
import { type ListWatchOptions, resolveListWatch } from "./options.ts";
import type { WatchBatch } from "../types.ts";

/**
 * All objects of a kind and then their changes, for as long as it is read: one chunk is what one network read brought.
 *
 * ## Expected flow
 * First `init`, one or more `page`, `synced`: the list. Then `events`, which go on until the stream is cancelled or the
 * signal is aborted. Another list may come in at any time, when the server cannot tell what has changed since.
 *
 * ## Guarantees
 * - Nothing is lost: whatever goes wrong, the watch goes on at the last version seen, or lists anew.
 * - It never goes back in time, unless the server has: only a list of the newest can be older than what was seen, after a restore
 *   of etcd from a backup. It is then handed on with `restored`.
 * - A connection that died silently is noticed within 45 seconds (70 in the first half minute), and made anew.
 * - It is pulled: while nobody reads, nothing is read from the network.
 * - When it is cancelled or aborted, the request is closed at once and nothing is left behind.
 *
 * ## Errors
 * Every failure is reported through `onState` and tried again after a wait, also those that may need a person, such as a
 * missing right (403) or a kind that is not installed (404). Only a missing permission of this process, which nobody can
 * grant any more, errors the stream.
 *
 * @param options What is watched, and with what.
 * @returns The stream. It asks for nothing before it is read.
 * @throws {RangeError} If an option makes no sense.
 * @throws {SelectorError} If the label selector is none.
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

/** What a machine brings, as a stream. @param signal Stops it. */
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
    // Nothing is read ahead: what is not asked for stays with the server.
  }, { highWaterMark: 0 });
}
