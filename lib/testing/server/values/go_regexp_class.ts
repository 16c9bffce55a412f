/** Character classes in Go patterns: `[a-z]`, `\d`, `\pL`, `[[:alpha:]]`. */

import { GoRegExpError } from "./go_regexp_error.ts";

/** Ranges of characters, from and to, by name. */
type Ranges = readonly (readonly [number, number])[];

const LAST = 0x10ffff;

function ranges(text: string): Ranges {
  return text.split(" ").map((part) => [part.codePointAt(0)!, part.codePointAt(part.length - 1)!] as const);
}

const DIGIT = ranges("09");
const WORD = ranges("09 AZ __ az");
const SPACE: Ranges = [[9, 10], [12, 13], [32, 32]];

const PERL: Readonly<Record<string, Ranges>> = { d: DIGIT, w: WORD, s: SPACE };

const POSIX: Readonly<Record<string, Ranges>> = {
  alnum: ranges("09 AZ az"),
  alpha: ranges("AZ az"),
  ascii: [[0, 0x7f]],
  blank: [[9, 9], [32, 32]],
  cntrl: [[0, 0x1f], [0x7f, 0x7f]],
  digit: DIGIT,
  graph: [[0x21, 0x7e]],
  lower: ranges("az"),
  print: [[0x20, 0x7e]],
  punct: [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]],
  space: [[9, 13], [32, 32]],
  upper: ranges("AZ"),
  word: WORD,
  xdigit: ranges("09 AF af"),
};

function complement(given: Ranges): Ranges {
  const result: [number, number][] = [];
  let next = 0;
  for (const [from, to] of given) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  return next <= LAST ? [...result, [next, LAST]] : result;
}

function textOf(given: Ranges): string {
  const point = (code: number) => `\\u{${code.toString(16)}}`;
  return given.map(([from, to]) => from === to ? point(from) : `${point(from)}-${point(to)}`).join("");
}

/** An item of a class, in JavaScript's notation; `code` if it is one character. */
export interface ClassItem {
  readonly text: string;
  readonly end: number;
  readonly code: number | undefined;
}

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The item of an escape sequence. @throws {GoRegExpError} If Go does not know it. */
export function classItem(pattern: string, at: number): ClassItem {
  const name = pattern[at + 1];
  if (name === undefined) throw new GoRegExpError("trailing backslash at end of expression", "");
  const set = PERL[name.toLowerCase()];
  if (set && /[dwsDWS]/.test(name)) {
    return { text: textOf(name === name.toLowerCase() ? set : complement(set)), end: at + 2, code: undefined };
  }
  if (name === "p" || name === "P") return unicodeItem(pattern, at);
  const { code, end } = escapedCode(pattern, at, name);
  return { text: textOf([[code, code]]), end, code };
}

function escapedCode(pattern: string, at: number, name: string): { code: number; end: number } {
  const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(pattern.slice(at, at + 4));
  if (octal) return { code: parseInt(octal[1]!, 8), end: at + octal[0].length };
  const hex = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(pattern.slice(at));
  if (hex) {
    const code = parseInt(hex[1] ?? hex[2]!, 16);
    if (code <= LAST) return { code, end: at + hex[0].length };
  }
  if (Object.hasOwn(CONTROL, name)) return { code: CONTROL[name]!, end: at + 2 };
  if (/^[!-/:-@[-`{-~ ]$/.test(name)) return { code: name.codePointAt(0)!, end: at + 2 };
  throw new GoRegExpError("invalid escape sequence", pattern.slice(at, at + 2));
}

const CATEGORY = /^(C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

function unicodeItem(pattern: string, at: number): ClassItem {
  const match = /^\\([pP])(?:\{(\^?)([^}]*)\}|(.))/u.exec(pattern.slice(at));
  const name = match?.[3] ?? match?.[4] ?? "";
  const negated = (match?.[1] === "P") !== (match?.[2] === "^");
  const end = at + (match?.[0].length ?? 2);
  if (name === "Any") return { text: negated ? "" : textOf([[0, LAST]]), end, code: undefined };
  const text = `\\${negated ? "P" : "p"}{${CATEGORY.test(name) ? name : `Script=${name}`}}`;
  try {
    new RegExp(text, "v");
  } catch {
    throw new GoRegExpError("invalid character class range", pattern.slice(at, end));
  }
  return { text, end, code: undefined };
}

/** Reads a class in brackets. */
export class GoClassReader {
  readonly #pattern: string;
  readonly #start: number;
  /** The index after the closing bracket, once it has been read. */
  end: number;

  /** @param pattern The pattern. @param start The index of the opening bracket. */
  constructor(pattern: string, start: number) {
    this.#pattern = pattern;
    this.#start = start;
    this.end = start + 1;
  }

  /** The class in JavaScript's notation. @throws {GoRegExpError} If Go does not accept it. */
  read(): string {
    const negated = this.#take("^");
    let text = "";
    for (let first = true; first || this.#pattern[this.end] !== "]"; first = false) {
      if (this.end >= this.#pattern.length) {
        throw new GoRegExpError("missing closing ]", this.#pattern.slice(this.#start));
      }
      text += this.#posix() ?? this.#range();
    }
    this.end++;
    return `[${negated ? "^" : ""}${text}]`;
  }

  #take(char: string): boolean {
    if (this.#pattern[this.end] !== char) return false;
    this.end++;
    return true;
  }

  #posix(): string | undefined {
    const match = /^\[:(\^?)(\w*):\]/.exec(this.#pattern.slice(this.end, this.end + 14));
    if (!match) return undefined;
    if (!Object.hasOwn(POSIX, match[2]!)) throw new GoRegExpError("invalid character class range", match[0]);
    this.end += match[0].length;
    return textOf(match[1] === "^" ? complement(POSIX[match[2]!]!) : POSIX[match[2]!]!);
  }

  #range(): string {
    const start = this.end;
    const from = this.#item();
    const isRange = from.code !== undefined && this.#pattern[this.end] === "-" && this.#pattern[this.end + 1] !== "]" &&
      this.end + 1 < this.#pattern.length;
    if (!isRange) return from.text;
    this.end++;
    if (/^\\[dwsDWSpP]/.test(this.#pattern.slice(this.end))) {
      throw new GoRegExpError("invalid escape sequence", this.#pattern.slice(this.end, this.end + 2));
    }
    const to = this.#item();
    if (to.code === undefined || to.code < from.code!) {
      throw new GoRegExpError("invalid character class range", this.#pattern.slice(start, this.end));
    }
    return textOf([[from.code!, to.code]]);
  }

  #item(): ClassItem {
    if (this.#pattern[this.end] === "\\") {
      const item = classItem(this.#pattern, this.end);
      this.end = item.end;
      return item;
    }
    const code = this.#pattern.codePointAt(this.end)!;
    this.end += code > 0xffff ? 2 : 1;
    return { text: textOf([[code, code]]), end: this.end, code };
  }
}
