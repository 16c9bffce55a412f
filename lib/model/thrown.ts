/** Reads thrown values of any kind: their message, their causes. Nothing here throws, whatever the value is. */

/** How many causes of an error are followed. */
const MOST_CAUSES = 100;

/** How much of a thrown value that is not an error is shown, in characters. */
const SHOWN = 500;

/** How much of a message is kept, in characters: it goes into other messages, into logs and into a controller's memory. */
const LONGEST_MESSAGE = 10_000;

/** The brand of a class; the same in all copies of this module, unlike the class itself. */
export function brandOf(name: string): symbol {
  return Symbol.for(`@staircase/operator ${name}`);
}

/** Whether a value carries a brand. */
export function isBranded(value: unknown, brand: symbol): boolean {
  try {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  } catch {
    // For example a revoked proxy.
    return false;
  }
}

/** Whether a value is an error; also one of another realm, such as `node:vm`. Never throws. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Error.isError(value);
  } catch {
    return false;
  }
}

/** The message of anything that was thrown: an error, a string, or something else. Long messages are cut. */
export function messageOf(thrown: unknown): string {
  try {
    if (isError(thrown)) return textOf(thrown.message) ?? textOf(thrown.name) ?? "an error without a message";
    if (typeof thrown === "string") return textOf(thrown) ?? "an empty text was thrown";
    return `something that is not an error was thrown: ${describeThrown(thrown)}`;
  } catch {
    return "something was thrown that cannot be read";
  }
}

/**
 * Whether the name, message and cause of a thrown value can be read: reading from a revoked proxy, or from an error with
 * getters that throw, would throw again.
 */
export function isReadable(thrown: unknown): boolean {
  try {
    // `instanceof` throws for a revoked proxy.
    if (!(thrown instanceof Error) && !isError(thrown)) return true;
    const { name, message, cause } = thrown;
    return typeof name === "string" && typeof message === "string" &&
      (!isError(cause) || typeof cause.message === "string");
  } catch {
    return false;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? shortened(value, LONGEST_MESSAGE) : undefined;
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === "function") return "a function";
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  try {
    return shortened(JSON.stringify(thrown) ?? Object.prototype.toString.call(thrown), SHOWN);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/**
 * Handles the rejection of a promise that a user's callback returned but nobody awaits: unhandled, it would end the process.
 */
export function watchPromise(returned: unknown, onRejected: (error: unknown) => void): void {
  if (typeof returned !== "object" || returned === null) return;
  if (typeof (returned as { then?: unknown }).then === "function") Promise.resolve(returned).catch(onRejected);
}

/**
 * The direct causes of an error: the errors of an `AggregateError`, else its `cause`. Never throws.
 *
 * @returns At most a hundred. An error may be its own cause: to follow causes further, use {@link errorsWithin}.
 */
export function causesOf(error: unknown): readonly unknown[] {
  try {
    if (error instanceof AggregateError) return Array.isArray(error.errors) ? error.errors.slice(0, MOST_CAUSES) : [];
    return isError(error) && isError(error.cause) ? [error.cause] : [];
  } catch {
    return [];
  }
}

/**
 * An error and all its direct and indirect causes, outer ones first: each once, at most a hundred. Never throws.
 *
 * @param error What was thrown.
 * @param isWhole Says of which errors the causes are not followed.
 */
export function errorsWithin(error: unknown, isWhole: (error: unknown) => boolean = () => false): readonly unknown[] {
  const found = new Set<unknown>([error]);
  for (const one of found) {
    if (isWhole(one)) continue;
    for (const cause of causesOf(one)) if (found.size < MOST_CAUSES) found.add(cause);
  }
  return [...found];
}
