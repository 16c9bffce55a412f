/** The process, as a command sees it. Only this file of the room uses `Deno`'s output, environment and permissions. */

import { describeKept, revokeExcept } from "../deploy/permissions/mod.ts";
import type { PermissionNeeds } from "../kube/mod.ts";
import { messageOf } from "../model/mod.ts";

/** The process, as a command sees it. Nothing in it ever prompts. */
export interface System {
  /** Whether this is a compiled executable. */
  readonly isStandalone: boolean;
  /** Writes text to the standard output. If nobody reads it any more, that is the end of it, and no error. */
  out(text: string): Promise<void>;
  /** Writes text to the standard error. */
  err(text: string): Promise<void>;
  /** An environment variable; `undefined` if it is not set, or this process must not read it. */
  env(name: string): string | undefined;
  /** Gives up all permissions but these. `spent` is what is not needed any more. Returns what is left, in a line. */
  revokeExcept(keep: PermissionNeeds, spent: Partial<PermissionNeeds>): Promise<string>;
  /** Listens for the signals that tell the process to end, until it is disposed of. */
  listenForEnd(): EndListener;
  /** Says how the process ends. */
  exitWith(code: number): void;
}

/** Listens for the signals that tell a process to end. */
export interface EndListener extends Disposable {
  /** Aborted at the first signal, which does not end the process. A second one ends it as usual. */
  readonly signal: AbortSignal;
}

/** Windows has no SIGTERM. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGTERM", "SIGINT"];

/** The real process. */
export const denoSystem: System = {
  isStandalone: Deno.build.standalone,
  out: (text) => write(Deno.stdout, text),
  err: (text) => write(Deno.stderr, text),
  env(variable) {
    const { state } = Deno.permissions.querySync({ name: "env", variable });
    return state === "granted" ? Deno.env.get(variable) : undefined;
  },
  revokeExcept: async (keep, spent) => describeKept(await revokeExcept(keep, spent)),
  listenForEnd() {
    const told = new AbortController();
    const stop = () => SIGNALS.forEach((signal) => Deno.removeSignalListener(signal, listener));
    const listener = () => {
      stop();
      told.abort();
    };
    for (const signal of SIGNALS) Deno.addSignalListener(signal, listener);
    return { signal: told.signal, [Symbol.dispose]: stop };
  },
  exitWith(code) {
    Deno.exitCode = code;
  },
};

/** Errors that say that nobody reads, or ever did: `| head`, and `>&-`. */
const NOBODY = /Broken pipe|Bad file descriptor|os error (9|32|109|232)\b/;

async function write(stream: { write(bytes: Uint8Array): Promise<number> }, text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(await stream.write(bytes));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe || NOBODY.test(messageOf(error))) return;
    throw error;
  }
}
