/** Starts programs that outlive their starter, and stops them by their own process ids. */

import { pause } from "./eventually.ts";

/** A started program: the start time tells it from a later one with the same process id. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** Start time as the kernel counts it (clock ticks since boot). */
  startTime: string;
}

/** What to start. */
export interface LaunchOptions {
  name: string;
  program: string;
  args: string[];
  /** File that gets the program's stdout and stderr, appended. */
  log: string;
}

// The shell hands the program over to init, so that any process that knows its id may stop and
// start it again, and no test holds a child of its own. SIGHUP is ignored: `up` outlives its shell.
const SCRIPT = `trap "" HUP; log=$1; shift; "$@" >>"$log" 2>&1 </dev/null & echo $!`;

/** Starts a program in a process group of its own, so that Ctrl-C does not reach it. */
export async function launch(options: LaunchOptions): Promise<ProcessRecord> {
  const { name, program, args, log } = options;
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", SCRIPT, "sh", log, program, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).output();
  const pid = Number(new TextDecoder().decode(stdout));
  return { name, pid, startTime: stat(pid)?.startTime ?? "gone" };
}

/** The record of a process that runs already, or undefined when there is none. */
export function recordOf(name: string, pid: number): ProcessRecord | undefined {
  const found = stat(pid);
  return found && { name, pid, startTime: found.startTime };
}

/** True while the very same process runs (a zombie does not). */
export function isAlive(record: ProcessRecord): boolean {
  const found = stat(record.pid);
  return found !== undefined && found.startTime === record.startTime && !"ZX".includes(found.state);
}

/** Sends a signal, if the very same process still runs; tells whether it did. */
export function signal(record: ProcessRecord, name: Deno.Signal): boolean {
  if (!isAlive(record)) return false;
  try {
    Deno.kill(record.pid, name);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Ends a process: the signal, and SIGKILL when it has not ended by the deadline. */
export async function endProcess(
  record: ProcessRecord,
  { by = "SIGTERM", within = 10_000 }: { by?: Deno.Signal; within?: number } = {},
): Promise<void> {
  signal(record, by);
  signal(record, "SIGCONT"); // a paused process would keep SIGTERM waiting
  if (await gone(record, within)) return;
  signal(record, "SIGKILL");
  if (!await gone(record, 5_000)) throw new Error(`${record.name} (${record.pid}) does not end`);
}

async function gone(record: ProcessRecord, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  while (isAlive(record)) {
    if (Date.now() >= deadline) return false;
    await pause(20);
  }
  return true;
}

function stat(pid: number): { state: string; startTime: string } | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The second field is the program's name, which may hold blanks and brackets.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
  } catch {
    return undefined; // the process ended, perhaps between open and read
  }
}
