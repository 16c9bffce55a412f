/** What is said of errors: in one line, and to whom it helps. */

import { OptionsError } from "../controller/mod.ts";
import { messageOf } from "../model/mod.ts";
import { UsageError } from "./flags/mod.ts";

/** Takes the values of an operator's own flags: what is wrong with them was typed. */
export function asUsage<T>(take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (error instanceof OptionsError) throw new UsageError(error.message, { cause: error });
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
