/**
 * A container without a container engine: a process whose root is the folder of an image, with a user, mounts, a network and
 * process numbers of its own. Takes root, and `unshare`, `setpriv` and `chroot`.
 */

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** A folder or file of this machine, and where the container has it. */
export interface Mount {
  readonly from: string;
  readonly to: string;
}

/** How a container is started. */
export interface ContainerOptions {
  /** The folder that holds the image's files. */
  readonly root: string;
  /** Whether nothing in it can be written. */
  readonly readOnly: boolean;
  readonly user: number;
  readonly group: number;
  /** The network namespace; see `PodNetwork`. */
  readonly network: string;
  /** What cannot be written, either. */
  readonly mounts: readonly Mount[];
  /** Folders in memory, which can be written. */
  readonly scratch: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** A running container. */
export interface RunningContainer {
  /** Everything that it has written so far. */
  log(): string;
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
  /** Its exit code, once it has ended. */
  code(): number | undefined;
  /** When it was started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The number that this machine has for its first process. */
  pid(): Promise<number | undefined>;
  /** Sends a signal to its first process. */
  kill(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Prepares the root, in a namespace of mounts of its own, and becomes the container's first process. */
const START = `
set -e
root=$1; read_only=$2; user=$3; mounts=$4; scratch=$5; shift 5
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
for folder in $scratch; do mount -t tmpfs -o mode=1777,size=64m tmpfs "$root$folder"; done
for mount in $mounts; do mount --bind -o ro "\${mount%%=*}" "$root\${mount#*=}"; mount -o remount,bind,ro "$root\${mount#*=}"; done
if [ "$read_only" = true ]; then mount -o remount,bind,ro "$root"; fi
exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"
`;

/** Starts a container. */
export async function startContainer(options: ContainerOptions): Promise<RunningContainer> {
  const { root, readOnly, user, group, network, mounts, scratch, env, command } = options;
  await Promise.all([...scratch, "/proc"].map((folder) => mkdir(root + folder, { recursive: true })));
  for (const { from, to } of mounts) await makeMountPoint(from, root + to);
  const startedAt = Date.now();
  const process = new Deno.Command("ip", {
    args: [
      ...[
        "netns",
        "exec",
        network,
        "setpriv",
        "--pdeathsig=KILL",
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        START,
        "sh",
      ],
      ...[root, String(readOnly), `${user}:${group}`],
      mounts.map(({ from, to }) => `${from}=${to}`).join(" "),
      scratch.join(" "),
      ...command,
    ],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin", ...env },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
  let log = "";
  const keep = () => new WritableStream<string>({ write: (text) => void (log += text) });
  const reading = [process.stdout, process.stderr].map((stream) =>
    stream.pipeThrough(new TextDecoderStream()).pipeTo(keep())
  );
  let ended: number | undefined;
  return {
    log: () => log,
    startedAt,
    pid: () => firstProcess(process.pid),
    code: () => ended,
    ended: process.status.then(async ({ code }) => {
      await Promise.all(reading);
      return ended = code;
    }),
    kill: async (signal) => {
      const first = await firstProcess(process.pid);
      if (first !== undefined) Deno.kill(first, signal);
    },
  };
}

async function makeMountPoint(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isDirectory) return void await mkdir(to, { recursive: true });
  await mkdir(dirname(to), { recursive: true });
  await Deno.writeTextFile(to, "", { append: true });
}

/** The container's first process: the child of `unshare`, which `ip` has become. */
async function firstProcess(pid: number): Promise<number | undefined> {
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  const [child] = children.trim().split(" ");
  return child ? Number(child) : undefined;
}
