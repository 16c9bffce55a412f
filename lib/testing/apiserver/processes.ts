/** Starts programs that outlive their starter, and stops them by their own process ids. */

import { pause } from "./waiting.ts";

/** A started program: the start time tells it from a later one with the same process id. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** When it was started, as the system writes it. */
  startTime: string;
}

/** What to start. */
export interface LaunchOptions {
  name: string;
  program: string;
  args: string[];
  /** File that gets the program's stdout and stderr, appended. */
  log: string;
  /** Keeps the record where it survives this process; the program begins only after that. */
  keep: (record: ProcessRecord) => Promise<void>;
}

/**
 * The shell hands the program over to init, so that any process that knows its id may stop and start it again, and no test holds
 * a child of its own. SIGHUP is ignored: a cluster may outlive its terminal.
 *
 * The program's process waits for a line before it becomes the program: when its starter dies before it has kept the record, the
 * line never comes, and the process ends. So there is no program that nobody knows of.
 *
 * What this process has inherited, as the lock of `flock` or the pipe of a CI job, is not passed on: a program that lives on
 * would hold it. A shell other than bash can close none above 9.
 */
const SCRIPT = `trap "" HUP
for fd in /dev/fd/*; do
  case \${fd##*/} in
    [0-2]) ;;
    [3-9]) eval "exec \${fd##*/}>&-" ;;
    [1-9]*) [ -z "$BASH_VERSION" ] || eval "exec \${fd##*/}>&-" ;;
  esac
done
exec 3<&0
log=$1
shift
{ read -r go <&3 && exec "$@" 3<&- </dev/null >>"$log" 2>&1; } 2>>"$log" &
echo $!`;

/** Starts a program in a process group of its own, so that Ctrl-C does not reach it. */
export async function launch(options: LaunchOptions): Promise<ProcessRecord> {
  const { name, program, args, log, keep } = options;
  const shell = spawnShell(["-c", SCRIPT, "sh", log, program, ...args]);
  const writer = shell.stdin.getWriter();
  try {
    const pid = await firstNumber(shell.stdout);
    const record = { name, pid, startTime: look(pid)?.startTime ?? "gone" };
    await keep(record);
    await writer.write(new TextEncoder().encode("go\n"));
    return record;
  } finally {
    await writer.close().catch(() => {}); // it has ended by itself: then it is not alive, and told as such
    await shell.status;
  }
}

function spawnShell(args: string[]): Deno.ChildProcess {
  const options = { args, stdin: "piped", stdout: "piped", stderr: "null", detached: true } as const;
  try {
    return new Deno.Command("bash", options).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) throw error;
    return new Deno.Command("sh", options).spawn();
  }
}

/** The number on the first line; what comes later is not waited for. */
async function firstNumber(stream: ReadableStream<Uint8Array>): Promise<number> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return Number(text);
}

/** The record of a process that runs already, or undefined when there is none. */
export function recordOf(name: string, pid: number): ProcessRecord | undefined {
  const found = look(pid);
  return found && { name, pid, startTime: found.startTime };
}

/** True while the very same process runs (a zombie does not). */
export function isAlive(record: ProcessRecord): boolean {
  const found = look(record.pid);
  return found !== undefined && found.startTime === record.startTime && !/^[ZX]/.test(found.state);
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
  const deadline = performance.now() + within;
  while (isAlive(record)) {
    if (performance.now() >= deadline) return false;
    await pause(20);
  }
  return true;
}

/** What the system says of a process. */
export interface ProcessFacts {
  /** A letter, and perhaps more: `Z` is a zombie. */
  state: string;
  startTime: string;
}

function look(pid: number): ProcessFacts | undefined {
  return Deno.build.os === "linux" ? lookInProc(pid) : lookByPs(pid);
}

/** Reads `/proc`, which is quick, and which only Linux has. */
export function lookInProc(pid: number): ProcessFacts | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The second field is the program's name, which may hold blanks and brackets.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
  } catch {
    return undefined; // the process ended, perhaps between open and read
  }
}

/** Asks `ps`, which macOS has too. */
export function lookByPs(pid: number): ProcessFacts | undefined {
  const command = new Deno.Command("ps", { args: ["-o", "stat=,lstart=", "-p", `${pid}`], env: { LC_ALL: "C" } });
  const [, state, startTime] = /^(\S+)\s+(.+)$/.exec(new TextDecoder().decode(command.outputSync().stdout).trim()) ??
    [];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}
