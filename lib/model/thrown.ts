/** What was thrown, of whatever kind it is: its message, its causes. Nothing here throws, whatever it is given. */

/** How many errors are looked at, of those that one was made of. */
const MOST_CAUSES = 100;

/** How much of what is no error is shown, in characters. */
const SHOWN = 500;

/** How much of a message is kept, in characters: it is part of other messages, of log lines, of what a controller remembers. */
const LONGEST_MESSAGE = 10_000;

/** The brand that instances of a class carry, in whichever copy of the module they were made. */
export function brandOf(name: string): symbol {
  return Symbol.for(`@staircase/operator ${name}`);
}

/** Whether a value carries a brand. */
export function isBranded(value: unknown, brand: symbol): boolean {
  try {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  } catch {
    // A proxy that answers nothing, for one.
    return false;
  }
}

/** Whether a value is an error; also one of another realm, such as that of `node:vm`. Never throws. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Error.isError(value);
  } catch {
    return false;
  }
}

/** The message of anything that was thrown: an error, a text, or something else. Of a mad one, its begin. */
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
 * Whether it can be told what was thrown. Of a proxy that is revoked, or an error whose fields throw, nothing can be asked
 * without throwing anew.
 */
export function isReadable(thrown: unknown): boolean {
  try {
    // A proxy that is revoked has no prototype that could be asked for.
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

/** Whoever is called and returns a promise is not waited for; but its rejection is told, and not left to strike the process. */
export function watchPromise(returned: unknown, onRejected: (error: unknown) => void): void {
  if (typeof returned !== "object" || returned === null) return;
  if (typeof (returned as { then?: unknown }).then === "function") Promise.resolve(returned).catch(onRejected);
}

/**
 * What an error was made of: the parts of a joined one, else its cause. Never throws.
 *
 * @returns At most a hundred. Whoever goes on to the causes of these must remember where it was, as an error may be its own
 * cause: {@link errorsWithin} does.
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
 * An error, and all that it was made of, the outer ones first: each once, at most a hundred. Never throws.
 *
 * @param error What was thrown.
 * @param isWhole Of which errors the causes do not matter.
 */
export function errorsWithin(error: unknown, isWhole: (error: unknown) => boolean = () => false): readonly unknown[] {
  const found = new Set<unknown>([error]);
  for (const one of found) {
    if (isWhole(one)) continue;
    for (const cause of causesOf(one)) if (found.size < MOST_CAUSES) found.add(cause);
  }
  return [...found];
}
