/** Handles errors that nobody catches: a step that leaves one behind must not end the process and all other work. */

import { isError, messageOf } from "../../model/mod.ts";
import type { LogFields } from "../../telemetry/mod.ts";
import type { Mishaps } from "./mishaps.ts";

/** How many of the Runs under way are named. */
const MOST_NAMED = 5;

/**
 * Catches what would end the process: rejected promises that nobody awaits, and errors thrown by callbacks.
 *
 * Which step caused it is not known; finding out would cost every Run. So the report has the error, the line that threw
 * it, and the objects whose Runs are under way, which often include the right one.
 *
 * @param mishaps Reports each error.
 * @param underWay The keys of the Runs under way.
 * @returns Ends the handling when disposed of.
 */
export function onUncaught(mishaps: Mishaps, underWay: () => readonly string[]): Disposable {
  const onRejection = (event: PromiseRejectionEvent) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const message = "a rejected promise was not awaited; is an await missing in a step?";
    mishaps.tell("rejection", message, event.reason, () => factsOf(event.reason, underWay()));
  };
  const onError = (event: ErrorEvent) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const thrown: unknown = event.error ?? event.message;
    const message = "a callback threw, and nobody caught the error; did a step set it up?";
    mishaps.tell("uncaught", message, thrown, () => factsOf(thrown, underWay()));
  };
  addEventListener("unhandledrejection", onRejection);
  addEventListener("error", onError);
  return {
    [Symbol.dispose]: () => {
      removeEventListener("unhandledrejection", onRejection);
      removeEventListener("error", onError);
    },
  };
}

function factsOf(thrown: unknown, keys: readonly string[]): LogFields {
  const more = keys.length > MOST_NAMED ? ` and ${keys.length - MOST_NAMED} more` : "";
  return {
    at: lineOf(thrown),
    underWay: keys.length === 0 ? undefined : `${keys.slice(0, MOST_NAMED).join(",")}${more}`,
  };
}

/** The first line of the stack with a location: `file:///app/main.ts:12:5`. */
function lineOf(thrown: unknown): string | undefined {
  try {
    if (!isError(thrown) || typeof thrown.stack !== "string") return undefined;
    const message = messageOf(thrown);
    const lines = thrown.stack.split("\n").map((line) => line.trim());
    return lines.find((line) => line.startsWith("at ") && !message.includes(line))?.slice("at ".length);
  } catch {
    return undefined;
  }
}
