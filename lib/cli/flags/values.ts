/** Makes values of the texts that flags were given: an argument, or else the environment variable. */

import { messageOf } from "../../model/mod.ts";
import { type Flag, type Flags, type Given, isRepeatable, type Values } from "./flag.ts";
import { UsageError } from "./usage_error.ts";

/** Reads an environment variable; `undefined` if it is not set or must not be read. */
export type ReadVariable = (name: string) => string | undefined;

/** Where a text comes from, and what it is. */
interface Source {
  /** As it is typed: `--port`, or `OPERATOR_PORT`. */
  readonly origin: string;
  readonly texts: readonly string[];
}

/**
 * The values of flags. An argument wins over the environment.
 *
 * @throws {UsageError} If a text cannot be used, or a flag that is required is missing.
 */
export function valuesOf<F extends Flags>(flags: F, given: Given, env: ReadVariable): Values<F> {
  const entries = Object.entries<Flag>(flags).map(([name, flag]) => [name, valueOf(name, flag, given, env)]);
  return Object.fromEntries(entries) as Values<F>;
}

/** The texts of flags with a single value, for whoever parses them. An argument wins over the environment. */
export function textsOf(flags: Flags, given: Given, env: ReadVariable): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const text = sourceOf(name, flag, given, env)?.texts[0];
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}

function valueOf(name: string, flag: Flag, given: Given, env: ReadVariable): unknown {
  const source = sourceOf(name, flag, given, env);
  if (source === undefined) {
    if (flag.isRequired) throw new UsageError(`required flag --${name} is missing: ${flag.brief}`);
    return undefined;
  }
  const values = source.texts.map((text) => parse(source.origin, flag, text));
  return isRepeatable(flag) ? values : values[0];
}

function sourceOf(name: string, flag: Flag, given: Given, env: ReadVariable): Source | undefined {
  const texts = given.get(name);
  if (texts !== undefined) return { origin: `--${name}`, texts: split(flag, texts) };
  const text = flag.env === undefined ? undefined : env(flag.env);
  // A variable that is empty is one that is not set.
  return text ? { origin: flag.env!, texts: split(flag, [text]) } : undefined;
}

function split({ form }: Flag, texts: readonly string[]): readonly string[] {
  return form === "many" ? texts.flatMap((text) => text.split(",")) : texts;
}

const SWITCH: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, on: true, "1": true },
  ...{ false: false, no: false, off: false, "0": false },
};

function parse(origin: string, { form, choices, parse }: Flag, text: string): unknown {
  const refuse = (rule: string) => new UsageError(`invalid value ${JSON.stringify(text)} for ${origin}: ${rule}`);
  if (form === "switch") {
    if (Object.hasOwn(SWITCH, text)) return SWITCH[text];
    throw refuse("it must be true or false");
  }
  if (choices) {
    if (choices.includes(text)) return text;
    throw refuse(`it must be ${listOf(choices)}`);
  }
  if (text === "") throw refuse("it is empty");
  try {
    return parse ? parse(text) : text;
  } catch (error) {
    throw refuse(messageOf(error));
  }
}

function listOf(choices: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(choices);
}
