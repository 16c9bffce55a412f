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
    // A request that is cut off is none.
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

/** What stands before it, as a process. */
export interface ReverseProxy extends AsyncDisposable {
  readonly url: string;
  /** Takes its configuration anew, as administrators have it do: old processes end when they like to. */
  reload(): void;
  /** Ends one of its processes at once, where it lives on with others. */
  killWorker(): Promise<void>;
}

/** Where things are. */
export interface Before {
  readonly directory: string;
  /** A certificate and its key. */
  readonly certificate: string;
  readonly key: string;
  readonly upstream: number;
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
export async function startNginx({ directory, certificate, key, upstream }: Before): Promise<ReverseProxy> {
  const port = freePort();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) =>
    `${each}_temp_path ${directory}/${each};`
  );
  const file = `${directory}/nginx.conf`;
  await Deno.writeTextFile(
    file,
    `daemon off; worker_processes 2; pid ${directory}/nginx.pid; error_log /dev/null; ${isRoot() ? "user root;" : ""}
events { worker_connections 512; }
http {
  access_log off; ${paths.join(" ")}
  server {
    listen 127.0.0.1:${port} ssl; listen [::1]:${port} ssl;
    ssl_certificate ${certificate}; ssl_certificate_key ${key};
    keepalive_timeout ${KEPT_FOR}ms; keepalive_requests 40;
    gzip on; gzip_types application/json; gzip_min_length 1;
    # To an upstream that ends in the middle, nginx would send again what it takes for harmless.
    location / { proxy_pass http://127.0.0.1:${upstream}; proxy_http_version 1.1; proxy_next_upstream off; }
  }
}
`,
  );
  return await start("nginx", ["-c", file, "-e", "/dev/null"], port, "SIGHUP", "nginx: worker process");
}

/** Starts HAProxy. */
export async function startHaproxy({ directory, certificate, key, upstream }: Before): Promise<ReverseProxy> {
  const port = freePort();
  const both = `${directory}/haproxy.pem`;
  await Deno.writeTextFile(both, await Deno.readTextFile(certificate) + await Deno.readTextFile(key));
  const file = `${directory}/haproxy.cfg`;
  await Deno.writeTextFile(
    file,
    `global
  hard-stop-after 2s
defaults
  mode http
  timeout connect 1s
  timeout server 5s
  timeout client 1s
  timeout http-keep-alive ${KEPT_FOR}ms
  timeout http-request 500ms
frontend front
  bind 127.0.0.1:${port} ssl crt ${both}
  default_backend back
backend back
  retries 0
  server one 127.0.0.1:${upstream}
`,
  );
  return await start("haproxy", ["-W", "-db", "-f", file], port, "SIGUSR2");
}

async function start(
  program: string,
  args: string[],
  port: number,
  reload: Deno.Signal,
  worker?: string,
): Promise<ReverseProxy> {
  const process = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const ended = process.status;
  await answering(port, ended);
  return {
    url: `https://127.0.0.1:${port}`,
    reload: () => process.kill(reload),
    async killWorker() {
      if (worker === undefined) return;
      const [pid] = await childrenOf(process.pid, worker);
      if (pid !== undefined) Deno.kill(pid, "SIGKILL");
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await ended;
    },
  };
}

/** Waits until somebody listens. */
async function answering(port: number, ended: Promise<Deno.CommandStatus>): Promise<void> {
  let isOver = false;
  void ended.then(() => isOver = true);
  for (;;) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch {
      if (isOver) throw new Error("the program has ended by itself");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function childrenOf(pid: number, title: string): Promise<number[]> {
  const children = (await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`)).trim().split(" ").map(Number);
  const titles = await Promise.all(
    children.map((child) => Deno.readTextFile(`/proc/${child}/cmdline`).catch(() => "")),
  );
  return children.filter((_, index) => titles[index]!.startsWith(title));
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function isRoot(): boolean {
  return Deno.uid() === 0;
}
