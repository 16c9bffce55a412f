/**
 * Runs an image as a pod would, without a container engine: its executable in exactly its root, read-only, as its user, with a
 * service account, and with no network but one API server. It takes Linux, root, skopeo, umoci, bubblewrap and iproute2.
 */

import { fileURLToPath } from "node:url";
import { run } from "./programs.ts";

/** The programs that it takes. */
const PROGRAMS = ["skopeo", "umoci", "bwrap", "unshare", "nsenter", "setpriv", "ip"];

/** Where Kubernetes mounts a pod's service account. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

const NETWORK = fileURLToPath(new URL("pod_network.ts", import.meta.url));

/** Whether this machine can run pods so. */
export async function canRunPods(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const granted = await Promise.all(
    (["run", "sys"] as const).map(async (name) => (await Deno.permissions.query({ name })).state === "granted"),
  );
  if (!granted.every(Boolean) || Deno.uid() !== 0) return false;
  const { code } = await run("sh", ["-c", `for p in ${PROGRAMS.join(" ")}; do command -v $p || exit 1; done`]);
  return code === 0 && (await run("unshare", ["--net", "true"])).code === 0;
}

/** An image that was unpacked. */
export interface UnpackedImage {
  /** The folder of its root. */
  readonly root: string;
  /** What it runs. */
  readonly entrypoint: readonly string[];
  readonly env: readonly string[];
  readonly user: { readonly uid: number; readonly gid: number };
}

/** Unpacks an image from an archive of an OCI layout, by tools that know nothing of how it was made. */
export async function unpackImage(archive: string, folder: string): Promise<UnpackedImage> {
  const layout = `${folder}/layout`;
  await must("skopeo", ["copy", "--quiet", "--insecure-policy", `oci-archive:${archive}`, `oci:${layout}:it`]);
  await must("umoci", ["unpack", "--image", `${layout}:it`, `${folder}/bundle`]);
  const { process } = JSON.parse(await Deno.readTextFile(`${folder}/bundle/config.json`));
  const root = `${folder}/bundle/rootfs`;
  // Its user is another than the one who has unpacked it.
  for (const path of [folder, `${folder}/bundle`, root]) await Deno.chmod(path, 0o755);
  // What a container runtime makes for what it mounts.
  for (const path of [SERVICE_ACCOUNT, "/proc", "/dev", "/etc"]) await Deno.mkdir(root + path, { recursive: true });
  for (const path of ["/etc/hosts", "/etc/resolv.conf"]) await Deno.writeTextFile(root + path, "");
  return { root, entrypoint: process.args, env: process.env, user: process.user };
}

/** The folder of a service account, as the kubelet keeps it: what is in it changes all at once. */
export class ServiceAccountFolder {
  #generation = 0;

  /** @param path Its path. */
  constructor(readonly path: string) {}

  /** Writes a token, with the CA and the namespace. */
  async write(files: { token: string; ca: string; namespace: string }): Promise<void> {
    const generation = `..generation_${++this.#generation}`;
    await Deno.mkdir(`${this.path}/${generation}`, { recursive: true });
    const contents = { token: files.token, "ca.crt": files.ca, namespace: files.namespace };
    for (const [name, text] of Object.entries(contents)) {
      await Deno.writeTextFile(`${this.path}/${generation}/${name}`, text, { mode: 0o644 });
      if (this.#generation === 1) await Deno.symlink(`..data/${name}`, `${this.path}/${name}`);
    }
    await Deno.symlink(generation, `${this.path}/..data_tmp`);
    await Deno.rename(`${this.path}/..data_tmp`, `${this.path}/..data`);
  }
}

/** Options of {@link startPod}. */
export interface PodOptions {
  readonly image: UnpackedImage;
  /** An empty folder that this pod may use. */
  readonly folder: string;
  /** The folder that is mounted as its service account. */
  readonly serviceAccount: string;
  /** The API server, such as `127.0.0.1:6443`. The pod reaches it as `kubernetes.default.svc:443`, and nothing else. */
  readonly server: { readonly hostname: string; readonly port: number };
  /** More arguments, as in `args` of a container. */
  readonly args?: readonly string[];
  /** More variables, as in `env` of a container. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs this in the root instead of the entrypoint. */
  readonly command?: readonly string[];
  /** The port that {@link Pod.fetch} asks. */
  readonly port?: number;
}

/** A running pod. */
export interface Pod extends AsyncDisposable {
  /** What it has written so far, to stdout and stderr. */
  readonly output: () => string;
  /** Resolves when its process has ended. */
  readonly ended: Promise<{ code: number }>;
  /** The number of its process on this machine; there it is 1. */
  pid(): Promise<number>;
  /** Sends a signal to its process. */
  kill(signal: Deno.Signal): Promise<void>;
  /** Asks it over HTTP, as the kubelet does. */
  fetch(path: string): Promise<{ status: number; text: string }>;
}

/** Starts an image as a pod. It ends when it is disposed of. */
export async function startPod(options: PodOptions): Promise<Pod> {
  const { image, folder, serviceAccount, port = 8080 } = options;
  await Deno.chmod(folder, 0o755);
  const [toServer, toPod, info] = [`${folder}/server.sock`, `${folder}/pod.sock`, `${folder}/info`];
  const outside = forward(toServer, options.server);
  const network = new Deno.Command("unshare", {
    args: ["--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"].concat(
      [Deno.execPath(), "run", "--no-check", "--no-config", "-A", NETWORK, toServer, toPod, String(port)],
    ),
    stdout: "piped",
    stdin: "null",
  }).spawn();
  const lines = network.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const first = await lines.read();
  await lines.cancel();
  if (first.value !== "ready\n") throw new Error("Cannot start a pod as its network does not start");

  await Deno.writeTextFile(`${folder}/hosts`, "127.0.0.1 localhost kubernetes.default.svc kubernetes.default\n");
  await Deno.writeTextFile(`${folder}/resolv.conf`, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  const { uid, gid } = image.user;
  const env = [
    ...image.env.filter((text) => !text.startsWith("HOME=") && !text.startsWith("TERM=")),
    "KUBERNETES_SERVICE_HOST=127.0.0.1",
    "KUBERNETES_SERVICE_PORT=443",
    ...Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
  ].map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]);
  const bubble = ["bwrap", "--info-fd", "3", "--ro-bind", image.root, "/", "--proc", "/proc", "--dev", "/dev"].concat(
    ["--ro-bind", serviceAccount, SERVICE_ACCOUNT],
    ["--ro-bind", `${folder}/hosts`, "/etc/hosts", "--ro-bind", `${folder}/resolv.conf`, "/etc/resolv.conf"],
    ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--as-pid-1", "--die-with-parent"],
    ["--new-session", "--cap-drop", "ALL", "--chdir", "/", "--clearenv"],
    env.flatMap(([name = "", value = ""]) => ["--setenv", name, value]),
    [...options.command ?? image.entrypoint, ...options.args ?? []],
  );
  // bubblewrap runs as the pod's user already, and writes only to what it was given open.
  const process = new Deno.Command("sh", {
    args: ["-c", 'exec 3>"$0" && exec "$@"', info].concat(
      ["nsenter", `--net=/proc/${network.pid}/ns/net`],
      ["setpriv", "--reuid", `${uid}`, "--regid", `${gid}`, "--clear-groups", "--no-new-privs"],
      bubble,
    ),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  const written = Promise.all([read(process.stdout), read(process.stderr)]);
  const ended = written.then(() => process.status);

  const pid = async (): Promise<number> => JSON.parse(await Deno.readTextFile(info))["child-pid"];
  const kill = async (signal: Deno.Signal) => Deno.kill(await pid(), signal);
  return {
    output: () => output,
    ended,
    pid,
    kill,
    fetch: (path) => fetchBy(toPod, path),
    async [Symbol.asyncDispose]() {
      await kill("SIGKILL").catch(() => {});
      await ended;
      network.kill("SIGKILL");
      await network.status;
      await outside[Symbol.asyncDispose]();
    },
  };
}

/** Passes connections to a socket on to a server. */
function forward(path: string, to: { hostname: string; port: number }): AsyncDisposable {
  const listener = Deno.listen({ transport: "unix", path });
  const open = new Set<Deno.Conn>();
  const passing = (async () => {
    const connections: Promise<void>[] = [];
    for await (const from of listener) connections.push(pass(from, to, open));
    await Promise.all(connections);
  })();
  return {
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) close(connection);
      await passing.catch(() => {});
    },
  };
}

async function pass(from: Deno.Conn, to: { hostname: string; port: number }, open: Set<Deno.Conn>): Promise<void> {
  open.add(from);
  const target = await Deno.connect(to).catch(() => undefined);
  if (!target) return close(from);
  open.add(target);
  await Promise.allSettled([from.readable.pipeTo(target.writable), target.readable.pipeTo(from.writable)]);
  for (const connection of [from, target]) {
    open.delete(connection);
    close(connection);
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // The other side was first.
  }
}

/** One request over a socket; HTTP/1.0, so that the answer ends with the connection. */
async function fetchBy(path: string, asked: string): Promise<{ status: number; text: string }> {
  const connection = await Deno.connect({ transport: "unix", path });
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(`GET ${asked} HTTP/1.0\r\nHost: pod\r\n\r\n`));
  const answer = await new Response(connection.readable).text();
  const [, status = "0", text = ""] = /^HTTP\/1\.\d (\d+)[^]*?\r\n\r\n([^]*)$/.exec(answer) ?? [];
  writer.releaseLock();
  close(connection);
  return { status: Number(status), text };
}

async function must(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} fails: ${stderr}`);
}
