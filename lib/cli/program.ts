/** An operator's program: which command its arguments name, and what is said if it fails. */

import type { Operator } from "../deploy/operator/mod.ts";
import { inOneLine } from "./errors.ts";
import { plainFlags, UsageError } from "./flags/mod.ts";
import { nameOf } from "./name.ts";
import { run } from "./run.ts";
import { allRunFlags, RUN_FLAGS } from "./run_flags.ts";
import type { System } from "./system.ts";

/** Runs the command that the arguments name. Never rejects: it says what is wrong, and how the process ends. */
export async function runProgram(operator: Operator, args: readonly string[], system: System): Promise<void> {
  const isRun = args.length === 0 || args[0] === "run" || args[0]!.startsWith("-");
  try {
    const given = isRun ? plainFlags(args[0] === "run" ? args.slice(1) : args, allRunFlags(operator)) : undefined;
    if (given !== undefined) return await run(operator, given, system);
    const { runCommand } = await import("./commands/mod.ts");
    await runCommand(operator, args, system);
  } catch (error) {
    system.exitWith(1);
    const text = complaint(error, nameOf(operator), isRun ? "run" : args[0]!);
    await system.err(system.isStandalone && text.includes("run with --allow-") ? `${text}${BUILT_IN}\n` : text);
    if (error instanceof UsageError || !(error instanceof Error) || !wantsStacks(args, system)) return;
    await system.err(`${error.stack}\n`);
  }
}

/** Errors name flags of `deno run`, which an executable does not take. */
const BUILT_IN =
  "An executable has the permissions that it was built with: 'ship build --for kubeconfig' builds one for " +
  "this machine, 'ship build --permissions' names them.";

function complaint(error: unknown, name: string, command: string): string {
  const line = `error: ${inOneLine(error)}\n`;
  if (!(error instanceof UsageError)) return line;
  const whose = error.isAboutCommand ? name : `${name} ${command}`;
  return `${line}See '${whose} --help' for usage.\n`;
}

function wantsStacks(args: readonly string[], system: System): boolean {
  return args.join(" ").includes("--log-level=debug") || args.join(" ").includes("--log-level debug") ||
    system.env(RUN_FLAGS["log-level"].env) === "debug";
}
