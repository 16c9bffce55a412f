/**
 * The mark that an applied object keeps: what was applied, by whom, and how the API server writes it. As text:
 * `<configuration>[@<manager>][/<spelling>[/?<guess>]]`.
 */

import { hashText } from "./hash.ts";

/** What a mark says. */
export interface Mark {
  /** The hash of what was applied. */
  readonly configuration: string;
  /**
   * Which field manager applied it, when it is known that no former one still holds fields of the object; else
   * `undefined`.
   */
  readonly manager?: string | undefined;
  /** The digest of the values that the API server writes otherwise than they were applied; empty for none. */
  readonly spelling: string;
  /** The digest of differences that were seen when it was applied: if they are seen again, they may be the API server's own. */
  readonly guess: string;
}

/** The mark as text. */
export function formatMark({ configuration, manager, spelling, guess }: Mark): string {
  const whose = manager === undefined ? configuration : `${configuration}@${manager}`;
  if (guess !== "") return `${whose}/${spelling}/?${guess}`;
  return spelling === "" ? whose : `${whose}/${spelling}`;
}

/** Reads a mark. Of one that another version wrote, or somebody else, what cannot be understood says nothing. */
export function parseMark(text: string | undefined): Mark {
  const [whose = "", spelling = "", guess, ...more] = (text ?? "").split("/");
  const at = whose.indexOf("@");
  const applied = at < 0
    ? { configuration: whose }
    : { configuration: whose.slice(0, at), manager: whose.slice(at + 1) };
  if (guess === undefined) return { ...applied, spelling, guess: "" };
  // Formerly, differences and a generation were noted there.
  const isKnown = guess.startsWith("?") && more.length === 0;
  return isKnown ? { ...applied, spelling, guess: guess.slice(1) } : { ...applied, spelling: "", guess: "" };
}

/** Tells field managers apart, in few characters. */
export function managerId(fieldManager: string): string {
  return hashText(fieldManager).slice(0, 8);
}
