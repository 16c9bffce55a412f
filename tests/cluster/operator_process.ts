/** An operator as a process of its own, with no more permissions than it says it needs. */

import { TextLineStream } from "./text_lines.ts";
import { formatPermissionFlags, requiredPermissions } from "../../lib/doors/cluster.ts";

/** A line that the operator has written. */
export interface OperatorLine {
  ready?: boolean;
  key?: string;
  outcome?: string;
  change?: string;
  hadEffect?: boolean;
  error?: string;
}

/** The running process. */
export interface OperatorProcess {
  /** How the system names it. */
  readonly pid: number;
  /** All lines so far. */
  readonly lines: OperatorLine[];
  /** Everything that it has written to the error output so far. */
  errors(): string;
  /** Resolves when a number of lines has been written, or it has ended. */
  written(count: number): Promise<void>;
  /** Ends it, and resolves with its exit code. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number>;
}

/** Which operator is started; the first example's when nothing is said. */
export interface StartOperatorOptions {
  /** Its file, in this folder. */
  program?: string;
  /** What it is given after the kubeconfig. */
  args?: readonly string[];
  /** Hosts that it speaks to besides the API server. */
  hosts?: readonly string[];
}

/** Starts an operator with the kubeconfig, under exactly the flags that `requiredPermissions` names, and its hosts. */
export async function startOperator(
  kubeconfig: string,
  { program = "simple_operator.ts", args = [], hosts = [] }: StartOperatorOptions = {},
): Promise<OperatorProcess> {
  const needs = await requiredPermissions({ connect: { kubeconfig } });
  const flags = formatPermissionFlags({ ...needs, net: [...needs.net, ...hosts] });
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...flags, new URL(program, import.meta.url).href, kubeconfig, ...args],
    stdout: "piped",
    stderr: "piped",
    clearEnv: false,
  }).spawn();
  return watchProcess(process);
}

function watchProcess(process: Deno.ChildProcess): OperatorProcess {
  const lines: OperatorLine[] = [];
  const errors: string[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const wake = (all: boolean) => {
    for (const { count, resolve } of waiting) if (all || lines.length >= count) resolve();
    waiting = waiting.filter(({ count }) => !all && lines.length < count);
  };
  const reading = Promise.all([
    process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).pipeTo(
      new WritableStream({
        write: (line) => {
          if (line.startsWith("{")) lines.push(JSON.parse(line));
          else errors.push(line);
          wake(false);
        },
      }),
    ),
    process.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => void errors.push(text) }),
    ),
  ]).then(() => wake(true));
  return {
    pid: process.pid,
    lines,
    errors: () => errors.join("\n"),
    written: (count) => new Promise((resolve) => lines.length >= count ? resolve() : waiting.push({ count, resolve })),
    end: async (signal) => {
      process.kill(signal);
      const { code } = await process.status;
      await reading;
      return code;
    },
  };
}
