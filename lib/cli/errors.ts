/** What is said of errors: in one line, and to whom it helps. */

import { OptionsError } from "../controller/mod.ts";
import { FlagError } from "../deploy/operator/mod.ts";
import { messageOf } from "../model/mod.ts";
import { UsageError } from "./flags/mod.ts";

/** Takes what is made of arguments alone: what is wrong with it was typed. */
export function asUsage<T>(take: () => T): T {
  return orUsage(take, OptionsError);
}

/** Takes an operator with its own flags: what is wrong with these was typed; the rest is its author's. */
export function asFlagUsage<T>(take: () => T): T {
  return orUsage(take, FlagError);
}

function orUsage<T>(take: () => T, typed: typeof OptionsError): T {
  try {
    return take();
  } catch (error) {
    if (error instanceof typed) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** An error as one line: lists in its message become part of the sentence. */
export function inOneLine(error: unknown): string {
  return messageOf(error)
    .replace(/:\s*\n\s*-\s+/, ": ")
    .replaceAll(/\s*\n\s*-\s+/g, "; ")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
}
