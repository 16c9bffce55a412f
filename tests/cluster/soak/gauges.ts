/** What a process holds, as the kernel tells it. Linux only. */

/** What a process holds. */
export interface Gauges {
  /** Resident memory, in MiB. */
  readonly rss: number;
  /** The part of it that is the process's own, in MiB: the rest is Deno's program, of which ever more is touched. */
  readonly own: number;
  /** Open file descriptors, connections among them. */
  readonly descriptors: number;
  /** TCP connections that it holds, in any state. */
  readonly connections: number;
  /** CPU seconds that it has used. */
  readonly cpu: number;
}

/** The kernel's ticks in a second, on all that Linux runs on. */
const TICKS = 100;

/** Reads them. */
export async function gaugesOf(pid: number): Promise<Gauges> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The second field is the program's name, which may hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const targets = await descriptorsOf(pid);
  const sockets = await tcpSockets(pid);
  return {
    rss: Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024,
    own: Number(/RssAnon:\s+(\d+) kB/.exec(status)![1]) / 1024,
    descriptors: targets.length,
    connections: targets.filter((target) => sockets.has(target)).length,
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
  };
}

async function descriptorsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  // One may be closed meanwhile.
  return await Promise.all(names.map((name) => Deno.readLink(`${folder}/${name}`).catch(() => "closed")));
}

async function tcpSockets(pid: number): Promise<Set<string>> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => Deno.readTextFile(`/proc/${pid}/net/${name}`)));
  const lines = tables.flatMap((table) => table.trimEnd().split("\n").slice(1));
  return new Set(lines.map((line) => `socket:[${line.trim().split(/\s+/)[9]}]`));
}
