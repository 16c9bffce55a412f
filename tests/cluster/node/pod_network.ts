/** The network of a Pod: a namespace of its own, from which only the API server and named neighbours can be reached. Takes root and `ip`. */

/** What else can be reached: by host name and port, and where it really is on this machine. */
export interface Neighbour {
  readonly host: string;
  readonly port: number;
  /** A port of 127.0.0.1. */
  readonly target: number;
}

type Target = { readonly hostname: string; readonly port: number };

/** How many Pods have had a network so far; each has four addresses of its own. */
let networks = 0;

/** A network namespace in which the API server has the name that it has in every cluster. */
export class PodNetwork implements AsyncDisposable {
  /** The name of the namespace, for `ip netns exec`. */
  readonly name: string;
  /** The address of the API server within. */
  readonly gateway: string;
  /** The address of the Pod. */
  readonly address: string;
  /** What `/etc/hosts` says in the Pod. */
  readonly hosts: string;
  readonly #listeners: readonly Deno.TcpListener[];
  readonly #open = new Set<Deno.TcpConn>();

  private constructor(name: string, subnet: string, server: string, neighbours: readonly Neighbour[]) {
    const { hostname, port } = new URL(server);
    this.name = name;
    this.gateway = `${subnet}.1`;
    this.address = `${subnet}.2`;
    const names = ["kubernetes.default.svc", ...neighbours.map(({ host }) => host)];
    this.hosts = `127.0.0.1 localhost\n::1 localhost\n${this.gateway} ${names.join(" ")}\n`;
    this.#listeners = [
      this.#serve(443, { hostname, port: Number(port) }),
      ...neighbours.map(({ port, target }) => this.#serve(port, { hostname: "127.0.0.1", port: target })),
    ];
  }

  /**
   * Makes one.
   *
   * @param server The API server's URL, as it is on this machine.
   * @param neighbours What else can be reached.
   */
  static async create(server: string, neighbours: readonly Neighbour[] = []): Promise<PodNetwork> {
    if (networks === 0) await removeForgotten();
    const number = ++networks;
    const name = `staircase-${Deno.pid}-${number}`;
    // The process's number makes them differ between runs side by side; an interface's name has at most 15 characters.
    const [outer, inner] = [`sc${Deno.pid % 100_000}o${number}`, `sc${Deno.pid % 100_000}i${number}`];
    const subnet = `10.${200 + Deno.pid % 50}.${number % 250}`;
    await ip("netns", "add", name);
    await ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name);
    await ip("addr", "add", `${subnet}.1/30`, "dev", outer);
    await ip("link", "set", outer, "up");
    await ip("-n", name, "addr", "add", `${subnet}.2/30`, "dev", inner);
    await ip("-n", name, "link", "set", inner, "up");
    await ip("-n", name, "link", "set", "lo", "up");
    return new PodNetwork(name, subnet, server, neighbours);
  }

  /** Passes on what arrives at a port. */
  #serve(port: number, target: Target): Deno.TcpListener {
    const listener = Deno.listen({ hostname: this.gateway, port });
    const accept = async () => {
      for await (const connection of listener) void this.#forward(connection, target);
    };
    void accept();
    return listener;
  }

  async #forward(connection: Deno.TcpConn, target: Target): Promise<void> {
    const server = await Deno.connect(target).catch(() => undefined);
    if (!server) return connection.close();
    const both = [connection, server];
    both.forEach((one) => this.#open.add(one));
    await Promise.allSettled([
      connection.readable.pipeTo(server.writable),
      server.readable.pipeTo(connection.writable),
    ]);
    both.forEach((one) => this.#close(one));
  }

  #close(connection: Deno.TcpConn): void {
    this.#open.delete(connection);
    try {
      connection.close();
    } catch {
      // It is closed already.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.forEach((listener) => listener.close());
    this.#open.forEach((one) => this.#close(one));
    await ip("netns", "delete", this.name);
  }
}

/** Removes what processes that were killed have left. */
async function removeForgotten(): Promise<void> {
  const { stdout } = await new Deno.Command("ip", { args: ["netns", "list"] }).output();
  for (const [name, pid] of new TextDecoder().decode(stdout).matchAll(/^staircase-(\d+)-\d+/gm)) {
    const isAlive = await Deno.stat(`/proc/${pid}`).then(() => true, () => false);
    if (!isAlive) await ip("netns", "delete", name);
  }
}

async function ip(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("ip", { args, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
