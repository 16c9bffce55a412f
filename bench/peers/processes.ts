/** CPU time and memory of a process with its descendants, from the kernel. Linux only: reads `/proc`. */

/** The ticks per second in which `/proc` reports CPU time. */
const TICKS = 100;

/** CPU seconds of the process and its living descendants, with children that they have waited for. */
export function cpuSeconds(root: number): number {
  return sum(descendants(root).map((pid) => ticks(pid, 11, 15))) / TICKS;
}

/** CPU seconds of this process alone. */
export function ownCpuSeconds(): number {
  return ticks(Deno.pid, 11, 13) / TICKS;
}

/** CPU seconds of the whole machine, without idle time and time stolen by its host. */
export function machineCpuSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = Deno.readTextFileSync("/proc/stat")
    .split("\n", 1)[0]!.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softIrq) / TICKS;
}

/** Memory in MiB, now (`VmRSS`) or at its peak (`VmHWM`), summed over the process and its living descendants. */
export function memoryMib(root: number, key: "VmRSS" | "VmHWM"): number {
  const line = new RegExp(`^${key}:\\s+(\\d+) kB`, "m");
  return sum(descendants(root).map((pid) => Number(read(`/proc/${pid}/status`)?.match(line)?.[1] ?? 0))) / 1024;
}

/** The process and all its living descendants. */
export function descendants(root: number): number[] {
  const children = Map.groupBy(allProcesses(), (pid) => Number(statFields(pid)?.[1]));
  const found = [root];
  for (const pid of found) found.push(...children.get(pid) ?? []);
  return found;
}

function allProcesses(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
}

function ticks(pid: number, from: number, to: number): number {
  return sum((statFields(pid) ?? []).slice(from, to).map(Number));
}

/** The fields after the program's name, which may contain spaces and brackets; undefined if the process is gone. */
function statFields(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function read(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined; // the process ended, perhaps between open and read
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
