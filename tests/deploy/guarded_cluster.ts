/** An embedded cluster over HTTP that only lets in who has the present token, and a kubeconfig whose token file is projected as in a pod. */

import { deploymentStandIn, EmbeddedCluster, serveEmbedded } from "@staircase/operator/testing";
import { kubeconfig } from "../kube/connect/fake_host.ts";

/** The cluster. Its files go with it. */
export class GuardedCluster implements AsyncDisposable {
  readonly cluster = new EmbeddedCluster();
  /** How many requests came with each token; those with an old one were refused. */
  readonly seen = new Map<string, number>();
  readonly #resources = new AsyncDisposableStack();
  readonly #open;
  readonly #front;
  #rotations = 0;

  private constructor(
    /** The folder of its files. */
    readonly folder: string,
  ) {
    this.#resources.use(this.cluster);
    this.#resources.use(deploymentStandIn(this.cluster, { readyAfter: 1 }));
    this.#open = this.#resources.use(serveEmbedded(this.cluster));
    const stop = new AbortController();
    this.#front = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {}, signal: stop.signal }, this.#answer);
    this.#resources.defer(() => {
      stop.abort();
      return this.#front.finished;
    });
  }

  static async start(): Promise<GuardedCluster> {
    const guarded = new GuardedCluster(await Deno.makeTempDir({ prefix: "staircase-deploy-" }));
    await Deno.mkdir(`${guarded.folder}/sa`);
    await guarded.rotate();
    return guarded;
  }

  /** Where requests need the token, as the net permission names it. */
  get host(): string {
    return `127.0.0.1:${this.#front.addr.port}`;
  }

  /** The token that is let in. */
  get token(): string {
    return `token-${this.#rotations}`;
  }

  /** Replaces the token as the kubelet does: a new directory, to which a link is then turned. */
  async rotate(): Promise<void> {
    this.#rotations++;
    const directory = `${this.folder}/sa/..${this.#rotations}`;
    await Deno.mkdir(directory);
    await Deno.writeTextFile(`${directory}/token`, this.token);
    await Deno.symlink(`..${this.#rotations}`, `${this.folder}/sa/..new`);
    await Deno.rename(`${this.folder}/sa/..new`, `${this.folder}/sa/..data`);
    if (this.#rotations === 1) await Deno.symlink("..data/token", `${this.folder}/sa/token`);
  }

  /** Writes a kubeconfig, and returns its path. */
  async kubeconfig(user: readonly string[] = ["tokenFile: sa/token"]): Promise<string> {
    const path = `${this.folder}/config`;
    await Deno.writeTextFile(path, kubeconfig({ cluster: [`server: http://${this.host}`], user }));
    return path;
  }

  readonly #answer = async (request: Request): Promise<Response> => {
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    this.seen.set(token, (this.seen.get(token) ?? 0) + 1);
    if (token !== this.token) {
      const status = { kind: "Status", status: "Failure", reason: "Unauthorized", code: 401, message: "Unauthorized" };
      return Response.json(status, { status: 401 });
    }
    const { pathname, search } = new URL(request.url);
    const { method, headers, body } = request;
    return await fetch(`${this.#open.url}${pathname}${search}`, { method, headers, body });
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
    await Deno.remove(this.folder, { recursive: true });
  }
}
