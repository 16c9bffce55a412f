/**
 * The commands as an application of `@stricli/core`, which reads arguments, suggests what was meant, and knows what can
 * be typed next. Only this file uses it.
 */

import {
  AliasNotFoundError,
  type Application,
  ArgumentParseError,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command as Route,
  type CommandContext,
  FlagNotFoundError,
  InvalidNegatedFlagSyntaxError,
  proposeCompletions,
  run,
  text_en,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import { messageOf } from "../../model/mod.ts";
import { type Flag, type Flags, type Given, isRepeatable, UsageError } from "../flags/mod.ts";
import type { Command } from "./command.ts";
import { commandHelp, programHelp } from "./help.ts";

/** What the arguments say. */
export type Parsed =
  | { readonly command: Command; readonly given: Given; readonly argument: string | undefined }
  | { readonly help: string };

/** Something that can be typed next. */
export interface Proposal {
  readonly text: string;
  readonly brief: string;
}

/** Reads arguments, and knows what can be typed next. */
export interface Reader {
  /** @throws {UsageError} If they cannot be used. */
  read(args: readonly string[]): Promise<Parsed>;
  /** What the last word can become. */
  propose(words: readonly string[]): Promise<readonly Proposal[]>;
}

/** What a reader is made of. */
export interface ReaderOptions {
  /** The name of the program. */
  readonly name: string;
  /** What it does, for its help. */
  readonly description: string;
  readonly commands: readonly Command[];
  /** The flags of the operator's own that a command has. */
  readonly ownFlags: (command: Command) => Flags;
}

/** What the library has found. */
interface Found {
  readonly command: Command;
  readonly values: Readonly<Record<string, unknown>>;
  readonly argument: string | undefined;
}

/** Makes a reader of the commands' arguments. */
export function readerOf(options: ReaderOptions): Reader {
  let found: Found[] = [];
  const app = applicationOf(options, (one) => found.push(one));
  return {
    async read(args) {
      found = [];
      const [said, wrong]: [string[], string[]] = [[], []];
      const process = {
        stdout: { write: (text: string) => said.push(text) },
        stderr: { write: (text: string) => wrong.push(text) },
      };
      await run(app, args.flatMap(separated), { process });
      for (const { values, ...rest } of found) return { ...rest, given: givenOf(values) };
      if (wrong.length === 0) return { help: said.join("") };
      throw new UsageError(wrong[0]!.trim(), {
        isAboutCommand: !options.commands.some(({ name }) => name === args[0]),
      });
    },
    async propose(words) {
      const process = { stdout: { write: () => {} }, stderr: { write: () => {} } };
      const proposals = await proposeCompletions(app, words, { process });
      return proposals.map(({ completion, brief }) => ({ text: completion, brief }));
    },
  };
}

/** The library does not see a value after an equals sign that is empty or has lines. */
function separated(arg: string): readonly string[] {
  const [, flag, text] = /^(--[a-z][-a-z0-9]+)=(|.*\n.*)$/s.exec(arg) ?? [];
  return flag === undefined ? [arg] : [flag, text!];
}

function applicationOf(options: ReaderOptions, found: (parsed: Found) => void): Application<CommandContext> {
  const { name, description, commands } = options;
  const routes = commands.map((command) => [command.name, routeOf(options, command, found)] as const);
  const root = buildRouteMap({ routes: withoutPrototype(routes), docs: { brief: description } });
  return buildApplication({ ...root, formatHelp: () => programHelp(name, description, commands) }, {
    name,
    localization: { text: { ...text_en, ...WORDS } },
    scanner: { distanceOptions: CLOSE },
    documentation: { disableAnsiColor: true },
  });
}

/** An object in which a name such as `constructor` is not found. */
function withoutPrototype<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

/** A typing error or two: what is further away is something else. */
const CLOSE = { threshold: 2, weights: { insertion: 1, deletion: 1, substitution: 1, transposition: 1 } };

function routeOf(
  { name, ownFlags }: ReaderOptions,
  command: Command,
  found: (parsed: Found) => void,
): Route<CommandContext> {
  const { argument, brief } = command;
  const own = ownFlags(command);
  const flags = Object.entries<Flag>({ ...command.flags, ...own }).flatMap(([name, flag]) => parametersOf(name, flag));
  const positional = {
    kind: "tuple" as const,
    parameters: argument
      ? [{ ...argument, parse: oneOf(argument.choices), proposeCompletions: startingWith(argument.choices) }]
      : [],
  };
  const route = buildCommand<Record<string, unknown>, string[], CommandContext>({
    docs: { brief },
    parameters: { flags: withoutPrototype(flags), positional } as never,
    func: (values: Record<string, unknown>, argument?: string) => {
      found({ command, values, argument });
    },
  });
  return { ...route, brief, formatHelp: () => commandHelp(name, command, own) };
}

/** A switch becomes two flags: the library's own negation knows no dashes. */
function parametersOf(name: string, flag: Flag): [string, unknown][] {
  const { brief, form, choices } = flag;
  if (form === "switch") {
    const parameter = { kind: "boolean", brief, optional: true, withNegated: false };
    return [[name, parameter], [`no-${name}`, { ...parameter, brief: `the opposite of --${name}` }]];
  }
  const parameter = {
    kind: "parsed",
    parse: (text: string) => text,
    brief,
    optional: true,
    proposeCompletions: choices && startingWith(choices),
  };
  return [[name, { ...parameter, ...(isRepeatable(flag) && { variadic: true }) }]];
}

function oneOf(choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (choices.includes(text)) return text;
    throw new RangeError(`it must be one of ${choices.join(", ")}`);
  };
}

function startingWith(choices: readonly string[]): (partial: string) => readonly string[] {
  return (partial) => choices.filter((choice) => choice.startsWith(partial));
}

/** The texts of the flags, as the plain reader has them. */
function givenOf(values: Readonly<Record<string, unknown>>): Given {
  const given = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    if (typeof value !== "boolean") given.set(name, Array.isArray(value) ? value : [value as string]);
    else setSwitch(given, name, value);
  }
  return given;
}

function setSwitch(given: Map<string, readonly string[]>, flag: string, value: boolean): void {
  const isNegated = flag.startsWith("no-");
  const name = isNegated ? flag.slice(3) : flag;
  if (given.has(name)) throw new UsageError(`--${name} and --no-${name} cannot be used together`);
  given.set(name, [String(value !== isNegated)]);
}

/** What is said of what cannot be read, in the words of kubectl. */
const WORDS = {
  noCommandRegisteredForInput: ({ input, corrections }: { input: string; corrections: readonly string[] }) =>
    `unknown command ${JSON.stringify(input)}${meant(input, corrections.map((name) => name.replaceAll("`", "")))}`,
  exceptionWhileParsingArguments: (error: unknown) => problemOf(error),
};

function problemOf(error: unknown): string {
  if (error instanceof FlagNotFoundError) {
    return `unknown flag: --${error.input}${meant(error.input, error.corrections.map((name) => `--${name}`))}`;
  }
  if (error instanceof AliasNotFoundError) return `unknown flag: -${error.input}`;
  if (error instanceof UnsatisfiedFlagError) return `flag needs a value: --${error.externalFlagName}`;
  if (error instanceof UnexpectedFlagError) {
    return `--${error.externalFlagName} is given twice: ${JSON.stringify(error.previousInput)} and ${
      JSON.stringify(error.input)
    }`;
  }
  if (error instanceof UnexpectedPositionalError) return `unexpected argument ${JSON.stringify(error.input)}`;
  if (error instanceof UnsatisfiedPositionalError) return `${error.placeholder} is missing`;
  if (error instanceof InvalidNegatedFlagSyntaxError) return `--${error.externalFlagName} takes no value`;
  if (error instanceof ArgumentParseError) {
    const { externalFlagNameOrPlaceholder: what, input, exception } = error;
    // Only switches and arguments are parsed here; these are in capitals.
    const [name, rule] = /^[A-Z]/.test(what) ? [what, messageOf(exception)] : [`--${what}`, "it must be true or false"];
    return `invalid value ${JSON.stringify(input)} for ${name}: ${rule}`;
  }
  return messageOf(error);
}

/** What may have been meant. A word of three letters is close to any other. */
function meant(input: string, corrections: readonly string[]): string {
  return corrections.length === 0 || input.length < 4 ? "" : `, did you mean ${corrections.join(" or ")}?`;
}
