/** nginx and HAProxy before a small API server, as they stand before real ones; and trouble for them. */

/** The server behind: it answers writes, and counts them. */
export class Upstream implements AsyncDisposable {
  /** How often each `n-MARK` of a path has arrived whole. */
  readonly arrivals = new Map<string, number>();
  readonly port: number;
  #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = this.#serve(0);
    this.port = this.#server.addr.port;
  }

  /** Is gone for a moment, with all connections. */
  async restart(): Promise<void> {
    await this.#server.shutdown();
    this.#server = this.#serve(this.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #serve(port: number): Deno.HttpServer<Deno.NetAddr> {
    // A request that is cut off does not count.
    const onError = () => new Response(null, { status: 500 });
    return Deno.serve({ hostname: "127.0.0.1", port, onListen() {}, onError }, (request) => this.#answer(request));
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    await request.arrayBuffer();
    const mark = /\/n-([\d-]+)/.exec(pathname)?.[1];
    if (mark === undefined) return Response.json({});
    this.arrivals.set(mark, (this.arrivals.get(mark) ?? 0) + 1);
    const metadata = { name: "a", namespace: `n-${mark}`, uid: "u", resourceVersion: "1" };
    const data = { long: "y".repeat(this.arrivals.size % 10 === 0 ? 200_000 : 0) };
    return Response.json({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
  }
}

/** What stands before a server, as a process. */
export interface ReverseProxy extends AsyncDisposable {
  readonly url: string;
  /** Reloads the configuration as administrators do: old processes end when they have drained. */
  reload(): void;
  /** Ends one of its processes at once, where it lives on with others. */
  killWorker(): Promise<void>;
  /** Stops all its processes in their tracks, until they are let on, or ended. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Ends the proxy: gracefully, which may take as long as its answers; fast; or by killing all its processes. */
  end(how: HowToEnd): Promise<void>;
}

/** How one is ended. */
export type HowToEnd = "in order" | "at once" | "by force";

/** Where things are. */
export interface Before {
  readonly directory: string;
  /** A certificate and its key. */
  readonly certificate: string;
  readonly key: string;
  /** The port of the server behind. */
  readonly upstream: number;
  /** What that one is trusted by, as a file, and the name in its certificate. @default {it speaks no TLS} */
  readonly trust?: { readonly authority: string; readonly name: string };
  /** Where it listens. @default {anywhere} */
  readonly port?: number;
  /** How long an idle connection is kept, in milliseconds. @default {KEPT_FOR} */
  readonly keptFor?: number;
  /**
   * How long the server behind, or a client, may be silent, in milliseconds. @default {5 and 1 s for HAProxy, 60 s for nginx}
   */
  readonly patience?: number;
}

/** How long an idle connection is kept, in milliseconds. */
export const KEPT_FOR = 1_000;

/** Whether a program is there. */
export async function hasProgram(name: string, flag: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args: [flag], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    // Not there, or not permitted.
    return false;
  }
}

/** Starts nginx. */
export async function startNginx(before: Before): Promise<ReverseProxy> {
  const { directory, certificate, key, upstream, trust, port = freePort(), keptFor = KEPT_FOR, patience = 60_000 } =
    before;
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) =>
    `${each}_temp_path ${directory}/${each};`
  );
  const file = `${directory}/nginx.conf`;
  const pass = trust
    ? `proxy_pass https://back; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${trust.authority};
      proxy_ssl_name ${trust.name}; proxy_set_header Connection "";`
    : "proxy_pass http://back;";
  await Deno.writeTextFile(
    file,
    `daemon off; worker_processes 2; pid ${directory}/nginx.pid; error_log /dev/null; ${isRoot() ? "user root;" : ""}
worker_shutdown_timeout 10s;
events { worker_connections 512; }
http {
  access_log off; ${paths.join(" ")}
  upstream back { server 127.0.0.1:${upstream}; ${trust ? "keepalive 4;" : ""} }
  server {
    listen 127.0.0.1:${port} ssl; ${before.port === undefined ? `listen [::1]:${port} ssl;` : ""}
    ssl_certificate ${certificate}; ssl_certificate_key ${key};
    keepalive_timeout ${keptFor}ms; keepalive_requests 40;
    gzip on; gzip_types application/json; gzip_min_length 1;
    # To an upstream that ends in the middle, nginx would send again what it takes for harmless.
    location / {
      ${pass} proxy_http_version 1.1; proxy_next_upstream off; proxy_read_timeout ${patience}ms;
      ${trust ? "proxy_buffering off;" : ""}
    }
  }
}
`,
  );
  const signals = { reload: "SIGHUP", "in order": "SIGQUIT", "at once": "SIGTERM" } as const;
  return await start("nginx", ["-c", file, "-e", "/dev/null"], port, signals, "nginx: worker process");
}

/** Starts HAProxy. */
export async function startHaproxy(before: Before): Promise<ReverseProxy> {
  const { directory, certificate, key, upstream, trust, port = freePort(), keptFor = KEPT_FOR, patience } = before;
  const both = `${directory}/haproxy.pem`;
  await Deno.writeTextFile(both, await Deno.readTextFile(certificate) + await Deno.readTextFile(key));
  const file = `${directory}/haproxy.cfg`;
  await Deno.writeTextFile(
    file,
    `global
  hard-stop-after ${patience === undefined ? 2 : 10}s
defaults
  mode http
  timeout connect 1s
  timeout server ${patience ?? 5_000}ms
  timeout client ${patience ?? 1_000}ms
  timeout http-keep-alive ${keptFor}ms
  timeout http-request ${patience ?? 500}ms
frontend front
  bind 127.0.0.1:${port} ssl crt ${both}
  default_backend back
backend back
  retries 0
  server one 127.0.0.1:${upstream} ${
      trust ? `ssl verify required ca-file ${trust.authority} verifyhost ${trust.name}` : ""
    }
`,
  );
  const signals = { reload: "SIGUSR2", "in order": "SIGUSR1", "at once": "SIGTERM" } as const;
  return await start("haproxy", ["-W", "-db", "-f", file], port, signals);
}

async function start(
  program: string,
  args: string[],
  port: number,
  signals: Readonly<Record<"reload" | Exclude<HowToEnd, "by force">, Deno.Signal>>,
  worker?: string,
): Promise<ReverseProxy> {
  const process = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const ended = process.status;
  let isOver = false;
  void ended.then(() => isOver = true);
  const all = async (signal: Deno.Signal) => {
    // The main process first, as it would restart the others.
    for (const pid of isOver ? [] : [process.pid, ...await descendantsOf(process.pid)]) kill(pid, signal);
  };
  try {
    await answering(port, () => isOver);
  } catch (error) {
    await all("SIGKILL");
    throw error;
  }
  const proxy: ReverseProxy = {
    url: `https://127.0.0.1:${port}`,
    reload: () => kill(process.pid, signals.reload),
    async killWorker() {
      if (worker === undefined) return;
      const [pid] = await childrenOf(process.pid, worker);
      if (pid !== undefined) kill(pid, "SIGKILL");
    },
    freeze: () => all("SIGSTOP"),
    thaw: () => all("SIGCONT"),
    async end(how) {
      if (how === "by force") await all("SIGKILL");
      else if (!isOver) kill(process.pid, signals[how]);
      await ended;
    },
    [Symbol.asyncDispose]: () => proxy.end("at once"),
  };
  return proxy;
}

/** Sends a signal, unless it has ended by itself. */
export function kill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // It has.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Waits until the port accepts connections. */
export async function answering(port: number, isOver: () => boolean): Promise<void> {
  for (;;) {
    if (isOver()) throw new Error("the program has ended by itself");
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function childrenOf(pid: number, title = ""): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  const children = text.trim().split(" ").filter((each) => each !== "").map(Number);
  const titles = await Promise.all(
    children.map((child) => Deno.readTextFile(`/proc/${child}/cmdline`).catch(() => "")),
  );
  return children.filter((_, index) => titles[index]!.startsWith(title));
}

async function descendantsOf(pid: number): Promise<number[]> {
  const children = await childrenOf(pid);
  return [...children, ...(await Promise.all(children.map(descendantsOf))).flat()];
}

/** A free port. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function isRoot(): boolean {
  return Deno.uid() === 0;
}
