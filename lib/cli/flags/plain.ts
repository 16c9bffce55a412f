/**
 * Reads arguments that are plainly the flags of a command, as those of a deployed operator are, so that it need not load
 * the command-line library for them.
 */

import { type Flag, type Flags, type Given, isRepeatable } from "./flag.ts";

/**
 * The texts of the flags; `undefined` if anything is out of the ordinary, which the library understands or has the
 * words for. What it does understand, the library understands in the same way (tested by
 * `tests/cli/plain_arguments_test.ts`).
 */
export function plainFlags(args: readonly string[], flags: Flags): Given | undefined {
  const given = new Map<string, readonly string[]>();
  const rest = args[Symbol.iterator]();
  for (const arg of rest) {
    const [, negation, name = "", , text] = /^--(no-)?([a-z][-a-z0-9]+)(=(.*))?$/s.exec(arg) ?? [];
    const flag: Flag | undefined = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined || (given.has(name) && !isRepeatable(flag))) return undefined;
    const value = flag.form === "switch"
      ? switchText(negation !== undefined, text)
      : negation === undefined
      ? text ?? plainText(rest.next())
      : undefined;
    if (value === undefined) return undefined;
    given.set(name, [...given.get(name) ?? [], value]);
  }
  return given;
}

function switchText(isNegated: boolean, text: string | undefined): string | undefined {
  if (isNegated) return text === undefined ? "false" : undefined;
  return text === undefined ? "true" : text === "true" || text === "false" ? text : undefined;
}

/** What follows a flag that needs a value, unless it may be a flag itself. */
function plainText({ value, done }: IteratorResult<string, undefined>): string | undefined {
  return done || value === "" || value.startsWith("-") ? undefined : value;
}
