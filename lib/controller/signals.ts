/** Stops on SIGTERM and SIGINT. */

import { messageOf } from "../steps/mod.ts";
import type { Logger } from "../telemetry/mod.ts";

/** Windows has no SIGTERM. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGTERM", "SIGINT"];

/**
 * Listens for the signals that ask a process to end.
 *
 * @param stop Called at the first signal, which does not end the process. A second one of the same kind ends it as
 * usual.
 * @returns Stops listening when disposed of.
 */
export function onTerminationSignals(stop: () => void, log: Logger): Disposable {
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      log.info(`received ${signal}`);
      Deno.removeSignalListener(signal, listener);
      stop();
    };
    return { signal, listener };
  });
  for (const { signal, listener } of listeners) listen(signal, listener, log);
  return {
    [Symbol.dispose]: () => {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

function listen(signal: Deno.Signal, listener: () => void, log: Logger): void {
  try {
    Deno.addSignalListener(signal, listener);
  } catch (error) {
    log.warn(`cannot listen for ${signal}; use shutdown() to stop`, { error: messageOf(error) });
  }
}
