/** Asks a program which permissions it needs. */

import { formatPermissionFlags, joinNeeds, type PermissionNeeds } from "../../kube/mod.ts";
import { runProgram, ShipError } from "../files/mod.ts";
import type { MainModule } from "./main_module.ts";

/** Where a program will run: in a pod of any cluster, or on this machine with its kubeconfig. */
export type Place = "pod" | "kubeconfig";

/** How much of what a program wrote is shown, in characters. */
const SHOWN = 500;

/** Options of {@link askPermissions}. */
export interface AskOptions {
  readonly place: Place;
  /** More arguments of the command. */
  readonly args: readonly string[];
  /** Flags for finding its modules. */
  readonly flags: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the program may take to answer, in milliseconds.
   * @default {60_000}
   */
  readonly patience?: number;
}

/**
 * Runs the program's own command `permissions`. It gets no permission for that, so that looking at a program does nothing.
 * For the kubeconfig it must find that, and is allowed to read files and variables.
 *
 * @returns Flags of Deno.
 * @throws {ShipError} If the program has no such command, or does not answer in time.
 */
export async function askPermissions(
  { path, root }: MainModule,
  { place, args: more, flags, signal, patience = 60_000 }: AskOptions,
): Promise<string[]> {
  const allowed = place === "pod" ? [] : ["--allow-read", "--allow-env"];
  const args = ["run", "--no-prompt", "--quiet", ...allowed, ...flags, path];
  const asked = ["--for", place, "--format", "json"];
  const timeout = AbortSignal.timeout(patience);
  const ended = await runProgram(Deno.execPath(), [...args, "permissions", ...asked, ...more], {
    cwd: root,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((error) => {
    if (error !== timeout.reason) throw error;
    throw new ShipError(
      `Cannot tell which permissions ${path} needs as it has not answered for ${patience / 1000} s: ${ADVICE}`,
    );
  });
  const needs = ended.success ? readNeeds(ended.stdout) : undefined;
  if (needs) return formatPermissionFlags(needs);
  const said = ended.success ? "it printed no permissions" : lastOf(ended.stderr);
  throw new ShipError(`Cannot tell which permissions ${path} needs, by its command "permissions": ${said}. ${ADVICE}`);
}

const ADVICE = "A program that does not begin with runOperator has no such command: say what it needs, as in " +
  '--permissions "--allow-net=example.com:443 --allow-env=DEBUG"';

/**
 * The permissions in what a program printed. It may have printed lines before them.
 *
 * @returns `undefined` if there are none.
 */
export function readNeeds(output: string): PermissionNeeds | undefined {
  const starts = [...output.matchAll(/^\{/gm)].map(({ index }) => index);
  for (const start of starts) {
    const value = parse(output.slice(start));
    if (value && isNeeds(value)) return joinNeeds(value);
  }
  return undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isNeeds(value: Record<string, unknown>): value is Record<keyof PermissionNeeds, string[]> {
  return ["net", "read", "env", "run"].every((kind) => {
    const names = value[kind];
    return Array.isArray(names) && names.every((name) => typeof name === "string" && name !== "");
  });
}

/** The error in what a program wrote, or the end of it, in one line. */
function lastOf(text: string): string {
  const lines = text.trim().split("\n").map((line) => line.trim());
  const error = lines.find((line) => /^error:/i.test(line)) ?? lines.at(-1) ?? "";
  return (error || "it failed without a word").slice(0, SHOWN);
}
