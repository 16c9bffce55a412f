/** A deadline for requests that nothing else limits. */

import { type Clock, formatDuration } from "../../time/mod.ts";
import { ConnectionError } from "../answer/mod.ts";

/**
 * Makes a request, and gives up if no answer comes in time.
 *
 * @param clock Measures the time.
 * @param timeout How long the answer may take, in milliseconds.
 * @param signal Ends the request as well.
 * @param ask Makes the request. It should end it when its signal is aborted; the wait ends in any case.
 * @throws {ConnectionError} If no answer comes in time. The request may have been carried out all the same.
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
