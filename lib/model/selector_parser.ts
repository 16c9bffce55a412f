/** Parses the text of a label selector by the API server's grammar, with its error texts. */

import { parseInt64 } from "./int64.ts";
import { labelKeyProblem, labelValueProblem } from "./label_rules.ts";
import { SelectorError } from "./selector_error.ts";

/** One condition on one label. */
export interface Selector {
  readonly key: string;
  readonly operator: "=" | "!=" | "in" | "notin" | "exists" | "absent" | ">" | "<";
  /** No value for `exists` and `absent`, at least one for `in` and `notin`, exactly one for the others. */
  readonly values: readonly string[];
}

/** A word, a symbol, or the end of the text, with its position. */
interface Token {
  readonly type: "word" | "symbol" | "end";
  readonly text: string;
  readonly start: number;
}

/** Only these characters are whitespace to Kubernetes; everything else that is not a symbol belongs to a word. */
const TOKEN = /[ \t\r\n]*(?:(==|!=|[=!()<>,])|([^ \t\r\n=!()<>,]+))/y;

const CONDITION = "a condition such as a=b, a!=b, a in (b,c), a notin (b), a, !a, a>1 or a<1";

/** Operators between a key and its values. */
const OPERATORS: ReadonlyMap<string, Exclude<Selector["operator"], "exists" | "absent">> = new Map([
  ["in", "in"],
  ["notin", "notin"],
  ["=", "="],
  ["==", "="],
  ["!=", "!="],
  [">", ">"],
  ["<", "<"],
]);

/** Parses one selector. For a single use. */
export class SelectorParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Where the current condition begins. */
  #start = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  /**
   * Parses the text into conditions.
   *
   * @throws {SelectorError} If the API server would refuse the text.
   */
  parse(): Selector[] {
    const conditions: Selector[] = [];
    while (this.#next.type !== "end") {
      if (!this.#beginsCondition()) throw this.#unexpected(this.#next, "expected: !, identifier, or 'end of string'");
      this.#start = this.#next.start;
      conditions.push(this.#condition());
      const after = this.#take();
      if (after.type === "end") break;
      if (after.text !== ",") throw this.#unexpected(after, "expected: ',' or 'end of string'");
      if (!this.#beginsCondition()) {
        throw this.#unexpected(this.#next, "expected: identifier after ','", this.#text.slice(this.#start).trim());
      }
    }
    return conditions;
  }

  #condition(): Selector {
    const isAbsent = this.#is("!");
    if (isAbsent) this.#take();
    const { type, text: key } = this.#take();
    if (type !== "word") throw this.#unreadable(`found '${key}', expected: identifier`);
    const problem = labelKeyProblem(key);
    if (problem) throw this.#unreadable(`<nil>: Invalid value: ${quoted(key)}: ${problem}`);
    if (isAbsent) return { key, operator: "absent", values: [] };
    if (this.#endsCondition()) return { key, operator: "exists", values: [] };
    const { text } = this.#take();
    const operator = OPERATORS.get(text);
    if (!operator) throw this.#unreadable(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === "in" || operator === "notin" ? this.#values() : [this.#value()];
    return this.#checked({ key, operator, values });
  }

  /** One value; if there is none, the empty string. */
  #value(): string {
    if (this.#endsCondition()) return "";
    const { type, text } = this.#take();
    if (type !== "word") throw this.#unreadable(`found '${text}', expected: identifier`);
    return text;
  }

  /** Values in parentheses. A missing one before, between or after commas is the empty string. */
  #values(): string[] {
    const open = this.#take();
    if (open.text !== "(") throw this.#unreadable(`found '${open.text}' expected: '('`);
    if (this.#next.type !== "word" && !this.#is(",") && !this.#is(")")) {
      throw this.#unreadable(`found '${this.#next.text}', expected: ',', ')' or identifier`);
    }
    const values = new Set<string>();
    for (;;) {
      const isWord = this.#next.type === "word";
      values.add(isWord ? this.#take().text : "");
      const after = this.#take();
      if (after.text === ")") return [...values].sort();
      if (after.text === ",") continue;
      throw this.#unreadable(`found '${after.text}', expected: ${isWord ? "',' or ')'" : "',', or identifier"}`);
    }
  }

  #checked(condition: Selector): Selector {
    const { key, operator, values } = condition;
    const problems: string[] = [];
    if ((operator === ">" || operator === "<") && parseInt64(values[0]!) === undefined) {
      const what = `values[0]: Invalid value: ${quoted(values[0]!)}`;
      problems.push(`${what}: for 'Gt', 'Lt' operators, the value must be an integer`);
    }
    for (const [at, value] of values.entries()) {
      const problem = labelValueProblem(value);
      if (problem) problems.push(`values[${at}][${key}]: Invalid value: ${quoted(value)}: ${problem}`);
    }
    if (problems.length === 0) return condition;
    throw this.#unreadable(problems.length === 1 ? problems[0]! : `[${problems.join(", ")}]`);
  }

  // ---- tokens

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  /** Takes the next token. The end token can be taken again and again. */
  #take(): Token {
    const token = this.#next;
    if (token.type !== "end") this.#at += 1;
    return token;
  }

  #is(symbol: string): boolean {
    return this.#next.text === symbol;
  }

  #beginsCondition(): boolean {
    return this.#next.type === "word" || this.#is("!");
  }

  #endsCondition(): boolean {
    return this.#next.type === "end" || this.#is(",");
  }

  // ---- errors

  #unreadable(reason: string): SelectorError {
    return new SelectorError(this.#part(), CONDITION, `unable to parse requirement: ${reason}`);
  }

  #unexpected({ text }: Token, expected: string, part = this.#part()): SelectorError {
    return new SelectorError(part, CONDITION, `found '${text}', ${expected}`);
  }

  /** The text of the current condition, up to a comma outside of parentheses. */
  #part(): string {
    let depth = 0;
    for (const { text, start } of this.#tokens) {
      if (start <= this.#start) continue;
      if (text === "(") depth += 1;
      if (text === ")") depth -= 1;
      if (text === "," && depth <= 0) return this.#text.slice(this.#start, start).trim();
    }
    return this.#text.slice(this.#start).trim();
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const found = match[1] ?? match[2]!;
    const type = match[1] === undefined ? "word" : "symbol";
    tokens.push({ type, text: found, start: match.index + match[0].length - found.length });
  }
  return [...tokens, { type: "end", text: "", start: text.length }];
}

/** Quotes a string as the API server does: invisible characters are escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\\u000b", "\\v").replace(
    /[\p{Z}\p{C}]/gu,
    (char) => char === " " ? char : `\\u${char.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
}
