/** The help of the program and of its commands, as text. Pure. */

import { type Flag, type Flags, isRepeatable } from "../flags/mod.ts";
import type { Command } from "./command.ts";

/** The longest line. */
const WIDTH = 100;
/** The longest term of a list that has its description beside it. */
const LONGEST_TERM = 30;

/** The help of the program. */
export function programHelp(name: string, description: string, commands: readonly Command[]): string {
  return sections(
    `Usage: ${name} [command] [flags]`,
    description === "" ? undefined : wrapped(description, 0),
    `Commands:\n${list(commands.map(({ name, brief }) => [name, brief]))}`,
    `Without a command it does what run does. More about one: ${name} run --help`,
  );
}

/** The help of a command. `own` are the operator's own flags. */
export function commandHelp(program: string, command: Command, own: Flags): string {
  const { name, brief, details, examples, flags, argument } = command;
  const [common, others] = [listOf(flags), listOf(own)];
  const usage = [program, name, argument?.placeholder, common || others ? "[flags]" : undefined];
  const shown = examples.map(([args, what]) => `  # ${what}\n  ${program} ${args.replaceAll("NAME", program)}`);
  return sections(
    `Usage: ${usage.filter((part) => part !== undefined).join(" ")}`,
    wrapped(`${brief}.`, 0),
    details && wrapped(details, 0),
    `Examples:\n${shown.join("\n")}`,
    others && `Flags of this operator:\n${others}`,
    common && `Flags:\n${common}`,
  );
}

function sections(...texts: readonly (string | undefined)[]): string {
  return `${texts.filter((text) => text !== undefined && text !== "").join("\n\n")}\n`;
}

function listOf(flags: Flags): string {
  return list(Object.entries(flags).map(([name, flag]) => [termOf(name, flag), aboutOf(flag)]));
}

function termOf(name: string, flag: Flag): string {
  if (flag.form === "switch") return flag.fallback === "false" ? `--${name}` : `--[no-]${name}`;
  const value = flag.choices?.join("|") ?? flag.placeholder ?? "VALUE";
  return `--${name} ${value}${isRepeatable(flag) ? "…" : ""}`;
}

function aboutOf({ brief, env, fallback, isRequired }: Flag): string {
  const facts = [isRequired && "required", fallback && `default: ${fallback}`, env && `env:${TIE}${env}`];
  return [brief, ...facts.filter(Boolean).map((fact) => `[${fact}]`)].join(" ");
}

/** A space at which no line ends. */
const TIE = "\u00a0";

/** Terms with what they mean beside them, or below those that are long. */
function list(entries: readonly (readonly [term: string, about: string])[]): string {
  const fitting = entries.map(([{ length }]) => length).filter((length) => length <= LONGEST_TERM);
  const column = Math.max(0, ...fitting) + 4;
  return entries.map(([term, about]) => {
    const text = wrapped(about, column);
    return term.length <= LONGEST_TERM
      ? `  ${term.padEnd(column - 2)}${text}`
      : `  ${term}\n${" ".repeat(column)}${text}`;
  }).join("\n");
}

/** Text in lines, all but the first of which are indented. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`).replaceAll(TIE, " ");
}
