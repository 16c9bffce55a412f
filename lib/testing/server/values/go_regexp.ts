/**
 * Translates Go patterns to JavaScript regular expressions.
 *
 * Only tests for a match are needed, so groups do not capture. Each part is self-contained: `.`, `^` and `$` are
 * written out for the flags in force, and a part that ignores case is marked so.
 */

import { classItem, GoClassReader } from "./go_regexp_class.ts";
import { GoRegExpError } from "./go_regexp_error.ts";

/** The flags in force: `(?i)` and the like. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

const NO_FLAGS: Flags = { i: false, m: false, s: false, U: false };
const MOST_REPETITIONS = 1000;

const compiled = new Map<string, RegExp>();

/** Translates a pattern. @throws {GoRegExpError} If Go does not accept it. */
export function goRegExp(pattern: string): RegExp {
  let expression = compiled.get(pattern);
  if (!expression) compiled.set(pattern, expression = new RegExp(new Translation(pattern).translate(), "v"));
  return expression;
}

/** Go's error for a pattern; `undefined` if it is valid. */
export function goPatternProblem(pattern: string): string | undefined {
  try {
    goRegExp(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const START = "^";
const END = "$";

class Translation {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): string {
    const result = this.#alternatives(NO_FLAGS);
    if (this.#at < this.#pattern.length) throw new GoRegExpError("unexpected )", this.#pattern);
    return result;
  }

  /** Reads up to the end of the pattern, or the bracket that closes the group. */
  #alternatives(given: Flags): string {
    let flags = given;
    let result = "";
    let atoms: string[] = [];
    while (this.#at < this.#pattern.length && this.#peek() !== ")") {
      if (this.#take("|")) {
        result += `${atoms.join("")}|`;
        atoms = [];
        continue;
      }
      const start = this.#at;
      const next = this.#flagsOnly(flags);
      if (next) flags = next;
      else if (!this.#repeat(atoms, flags, start)) atoms.push(this.#atom(flags));
    }
    return result + atoms.join("");
  }

  #peek(): string {
    return this.#pattern[this.#at]!;
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const match = form.exec(this.#pattern);
    if (match) this.#at += match[0].length;
    return match;
  }

  /** `(?i)` applies up to the end of the group. */
  #flagsOnly(flags: Flags): Flags | undefined {
    const match = this.#match(/\(\?([imsU]*)(?:-([imsU]+))?\)/y);
    return match ? withFlags(flags, match) : undefined;
  }

  /** A repetition of the previous atom. */
  #repeat(atoms: string[], flags: Flags, start: number): boolean {
    const match = this.#match(/(?:[*+?]|\{\d+(?:,\d*)?\})(\??)/y);
    if (!match) return false;
    const last = atoms.pop();
    const shown = this.#pattern.slice(start, this.#at);
    const count = match[1] === "?" ? match[0].slice(0, -1) : match[0];
    checkCount(count, shown);
    if (last === undefined) throw new GoRegExpError("missing argument to repetition operator", shown);
    const lazy = (match[1] === "?") !== flags.U;
    const another = this.#match(/[*+?]|\{\d+(?:,\d*)?\}/y);
    if (another) throw new GoRegExpError("invalid nested repetition operator", shown + another[0]);
    atoms.push(`(?:${last})${count}${lazy ? "?" : ""}`);
    return true;
  }

  #atom(flags: Flags): string {
    const cased = (text: string) => flags.i ? `(?i:${text})` : text;
    const char = this.#peek();
    switch (char) {
      case "(":
        return this.#group(flags);
      case "[": {
        const reader = new GoClassReader(this.#pattern, this.#at);
        const set = reader.read();
        this.#at = reader.end;
        return cased(set);
      }
      case ".":
        this.#at++;
        return flags.s ? "[\\s\\S]" : "[^\\n]";
      case "^":
        this.#at++;
        return flags.m ? "(?:^|(?<=\\n))" : START;
      case "$":
        this.#at++;
        return flags.m ? "(?:$|(?=\\n))" : END;
      case "\\":
        return this.#escape(cased);
      default: {
        const code = this.#pattern.codePointAt(this.#at)!;
        this.#at += code > 0xffff ? 2 : 1;
        return cased(escaped(code));
      }
    }
  }

  #group(flags: Flags): string {
    const start = this.#at;
    const marked = this.#match(/\(\?(?:P?<([^>=!]*)>|([imsU]*)(?:-([imsU]+))?:)/y);
    const rest = this.#pattern.slice(start);
    if (!marked && /^\(\?P?</.test(rest)) throw new GoRegExpError("invalid named capture", rest);
    if (!marked && rest.startsWith("(?")) {
      throw new GoRegExpError("invalid or unsupported Perl syntax", this.#pattern.slice(start, start + 3));
    }
    if (marked?.[1] !== undefined && !/^\w+$/.test(marked[1])) {
      throw new GoRegExpError("invalid named capture", marked[0]);
    }
    if (!marked) this.#at++;
    const inner = marked && marked[1] === undefined ? withFlags(flags, [marked[0], marked[2], marked[3]]) : flags;
    const result = this.#alternatives(inner);
    if (!this.#take(")")) throw new GoRegExpError("missing closing )", this.#pattern);
    return `(?:${result})`;
  }

  #escape(cased: (text: string) => string): string {
    if (this.#take("\\A")) return START;
    if (this.#take("\\z")) return END;
    if (this.#take("\\b")) return "\\b";
    if (this.#take("\\B")) return "\\B";
    if (this.#take("\\Q")) {
      const end = this.#pattern.indexOf("\\E", this.#at);
      const text = this.#pattern.slice(this.#at, end < 0 ? undefined : end);
      this.#at = end < 0 ? this.#pattern.length : end + 2;
      return cased([...text].map((char) => escaped(char.codePointAt(0)!)).join(""));
    }
    const { text, end } = classItem(this.#pattern, this.#at);
    this.#at = end;
    return cased(`[${text}]`);
  }
}

function escaped(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function withFlags(flags: Flags, [, on = "", off = ""]: readonly (string | undefined)[]): Flags {
  const set = (name: keyof Flags) => (flags[name] || on.includes(name)) && !off.includes(name);
  return { i: set("i"), m: set("m"), s: set("s"), U: set("U") };
}

function checkCount(count: string, shown: string): void {
  const numbers = (count.match(/\d+/g) ?? []).map(Number);
  const [least, most] = numbers;
  if (numbers.some((number) => number > MOST_REPETITIONS) || (most !== undefined && least! > most)) {
    throw new GoRegExpError("invalid repeat count", shown);
  }
}
