/** Running a program to its end. */

import { ShipError } from "./errors.ts";

/** What a program did. */
export interface Ended {
  readonly success: boolean;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link runProgram}. */
export interface RunProgramOptions {
  readonly cwd: string;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end, without input and without colours.
 *
 * @throws {ShipError} If it cannot be started.
 * @throws The signal's reason, if it was ended.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, signal }: RunProgramOptions,
): Promise<Ended> {
  signal?.throwIfAborted();
  const command = new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...(signal && { signal }),
  });
  const ended = await command.output().catch((cause) => {
    throw new ShipError(`Cannot start ${program}: ${cause.message}`, { cause });
  });
  signal?.throwIfAborted();
  const decoder = new TextDecoder();
  return {
    success: ended.success,
    code: ended.code,
    stdout: decoder.decode(ended.stdout),
    stderr: decoder.decode(ended.stderr),
  };
}
