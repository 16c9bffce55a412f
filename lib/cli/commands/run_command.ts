/** Finds the command that arguments name, and runs it. */

import type { Operator } from "../../deploy/operator/mod.ts";
import { nameOf } from "../name.ts";
import { ownFlagsBeside } from "../run_flags.ts";
import type { System } from "../system.ts";
import { type Proposal, type Reader, readerOf } from "./application.ts";
import type { Command } from "./command.ts";
import { completionsCommand, type Shell, SHELLS } from "./completions.ts";
import { crdCommand } from "./crd.ts";
import { graphCommand } from "./graph.ts";
import { manifestsCommand } from "./manifests.ts";
import { permissionsCommand } from "./permissions.ts";
import { serveCommand } from "./serve.ts";
import { versionCommand } from "./version.ts";

const COMMANDS: readonly Command[] = [
  serveCommand,
  manifestsCommand,
  crdCommand,
  permissionsCommand,
  graphCommand,
  versionCommand,
  completionsCommand,
];

/**
 * Runs the command that the arguments name.
 *
 * @throws {UsageError} If they cannot be used. Nothing has been done.
 */
export async function runCommand(operator: Operator, args: readonly string[], system: System): Promise<void> {
  const name = nameOf(operator);
  const reader = readerOf({
    name,
    description: operator.description ?? "",
    commands: COMMANDS,
    ownFlags: ({ name, flags, hasOwnFlags }) => hasOwnFlags ? ownFlagsBeside(flags, name, operator) : {},
  });
  const shell = SHELLS.find((shell) => args[0] === "complete" && shell === args[1] && args[2] === "--");
  if (shell !== undefined) return await system.out(await proposalsFor(shell, args.slice(3), reader));
  const parsed = await reader.read(spelledOut(args));
  if ("help" in parsed) return await system.out(parsed.help);
  const { command, given, argument } = parsed;
  await command.run({ operator, name, given, argument, system });
}

/** The arguments with the command in front, if that is left out or asked for in another way. */
function spelledOut(args: readonly string[]): readonly string[] {
  const [first = "run", ...rest] = args;
  if (first === "help") return [...rest, "--help"];
  if (first === "--version" && rest.length === 0) return ["version"];
  return first.startsWith("-") && !["-h", "--help"].includes(first) ? ["run", ...args] : args;
}

/** What a shell can put in place of the last word, a line each. */
async function proposalsFor(shell: Shell, typed: readonly string[], reader: Reader): Promise<string> {
  const words = shell === "bash" ? joined(typed) : typed;
  const before = words.slice(0, -1);
  const [last = "", flag, value = ""] = /^(--[^=]+)=(.*)$/s.exec(words.at(-1) ?? "") ?? [words.at(-1)];
  const all = flag === undefined ? [...before, last] : [...before, flag, value];
  const proposals = await reader.propose(all[0]?.startsWith("-") ? ["run", ...all] : all);
  // Bash sees what comes after the equals sign as a word of its own.
  const start = flag === undefined || shell === "bash" ? "" : `${flag}=`;
  return proposals.filter(({ text }) => text !== "--" && !text.startsWith("--no-")).map((proposal) =>
    lineOf(shell, { ...proposal, text: start + proposal.text })
  ).join("");
}

function lineOf(shell: Shell, { text, brief }: Proposal): string {
  switch (shell) {
    case "bash":
      return `${text}\n`;
    case "zsh":
      return `${text.replaceAll(":", "\\:")}:${brief}\n`;
    case "fish":
      return `${text}\t${brief}\n`;
  }
}

/** Bash takes `--flag=value` apart at the sign. */
function joined(words: readonly string[]): readonly string[] {
  const at = words.lastIndexOf("=");
  if (at < 1 || at < words.length - 2) return words;
  return [...words.slice(0, at - 1), `${words[at - 1]}=${words[at + 1] ?? ""}`];
}
