/**
 * The mark on an applied object: what was applied, by whom, and how the API server normalizes it. Its text form is
 * `<configuration>[@<manager>][/<normalized>[/?<guess>]]`.
 */

import { hashText } from "./hash.ts";

/** A parsed mark. */
export interface Mark {
  /** The hash of what was applied. */
  readonly configuration: string;
  /** The field manager that applied it, if no earlier one is known to hold fields of the object; otherwise `undefined`. */
  readonly manager?: string | undefined;
  /** The digest of the values that the API server stores with a difference; empty for none. */
  readonly normalized: string;
  /** The digest of differences that were seen at the apply. If they are seen again, they may be the API server's own. */
  readonly guess: string;
}

/** Formats a mark as text. */
export function formatMark({ configuration, manager, normalized, guess }: Mark): string {
  const whose = manager === undefined ? configuration : `${configuration}@${manager}`;
  if (guess !== "") return `${whose}/${normalized}/?${guess}`;
  return normalized === "" ? whose : `${whose}/${normalized}`;
}

/** Parses a mark. If another version or somebody else wrote it, the parts that cannot be understood are left empty. */
export function parseMark(text: string | undefined): Mark {
  const [whose = "", normalized = "", guess, ...more] = (text ?? "").split("/");
  const at = whose.indexOf("@");
  const applied = at < 0
    ? { configuration: whose }
    : { configuration: whose.slice(0, at), manager: whose.slice(at + 1) };
  if (guess === undefined) return { ...applied, normalized, guess: "" };
  // Earlier versions noted differences and a generation there.
  const isKnown = guess.startsWith("?") && more.length === 0;
  return isKnown ? { ...applied, normalized, guess: guess.slice(1) } : { ...applied, normalized: "", guess: "" };
}

/** A short identifier that tells field managers apart. */
export function managerId(fieldManager: string): string {
  return hashText(fieldManager).slice(0, 8);
}
