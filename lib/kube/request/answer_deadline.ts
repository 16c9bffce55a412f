/** The deadline of a request that nothing else ends. */

import { type Clock, formatDuration } from "../../time/mod.ts";
import { ConnectionError } from "../answer/mod.ts";

/**
 * Asks, and gives up when no answer comes in time.
 *
 * @param clock Measures the time.
 * @param timeout How long the answer may take, in milliseconds.
 * @param signal Ends the request, too.
 * @param ask Makes the request, which the signal that it is given is to end. Given up is it in any case.
 * @throws {ConnectionError} If there is no answer in time. Whether it was carried out is not known.
 */
export async function answeredWithin<R>(
  clock: Clock,
  timeout: number,
  signal: AbortSignal | undefined,
  ask: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const overdue = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = clock.timer(timeout, () => {
    const problem = `the API server did not answer within ${formatDuration(timeout)}`;
    const error = new ConnectionError(problem, { failure: "broken" });
    late.reject(error);
    overdue.abort(error);
  });
  try {
    const either = signal ? AbortSignal.any([signal, overdue.signal]) : overdue.signal;
    return await Promise.race([ask(either), late.promise]);
  } finally {
    timer.cancel();
  }
}
