/** Where the examples are shown: a cluster, an operator at work on it, and a user who wants things. */

import {
  type ClusterClient,
  type Controller,
  type ControllerDefinition,
  type DefinedResource,
  installCrd,
  type KubeObject,
  type Logger,
  type ResourceKind,
  type RunReport,
  serveController,
  silentLogger,
} from "@staircase/operator";
import { TypedClient } from "@staircase/operator/client";
import { deploymentStandIn, EmbeddedCluster, RequestLog } from "@staircase/operator/testing";
import { type IsIt, say as sayAloud, Show } from "./show.ts";

/** How long a Deployment takes to become ready, in milliseconds: enough to see the operator wait. */
const READY_AFTER = 300;

/** What a {@link Stage} is made of. */
export interface StageOptions {
  /** The client of the user. */
  user: ClusterClient;
  /** The client of the operator. */
  operator: ClusterClient;
  /** The namespace in which all happens. */
  namespace: string;
  /** Where the lines go. */
  say?: (line: string) => void;
  /** Where the operator's log goes; nowhere by default. */
  logger?: Logger;
  /** Whether the operator writes Events; false by default. */
  events?: boolean;
}

/** A cluster, an operator at work on it, and a user who wants things. */
export class Stage implements AsyncDisposable {
  /** The namespace in which all happens. */
  readonly namespace: string;
  /** Says a line. */
  readonly say: (line: string) => void;
  /** What has happened so far. */
  readonly show: Show;
  /** What the operator has asked for; only the embedded cluster tells. */
  readonly requests = new RequestLog();
  /** What the user does. */
  readonly user: TypedClient;
  /** The client that the user does it by. */
  readonly client: ClusterClient;
  readonly #operator: ClusterClient;
  readonly #serving: { readonly logger: Logger; readonly events: boolean };
  readonly #resources = new AsyncDisposableStack();
  #controller: Controller | undefined;

  /** A stage on any cluster. */
  constructor(options: StageOptions) {
    this.client = options.user;
    this.user = new TypedClient(options.user, { namespace: options.namespace });
    this.#operator = options.operator;
    this.#serving = { logger: options.logger ?? silentLogger, events: options.events ?? false };
    this.namespace = options.namespace;
    this.say = options.say ?? sayAloud;
    this.show = new Show(this.say);
  }

  /**
   * A stage on a cluster inside the process, for want of a permission to reach another.
   *
   * @param program The file of the example.
   * @param say Where the lines go.
   */
  static embedded(program: string, say: (line: string) => void = sayAloud): Stage {
    say("No permission to reach a cluster, so this one is inside the process. With permissions, the same program");
    say(`serves the cluster of your kubeconfig: deno run --allow-net --allow-read --allow-env ${program}\n`);
    const cluster = new EmbeddedCluster();
    const stage = new Stage({ user: cluster, operator: cluster.client("operator"), namespace: "default", say });
    cluster.onRequest((record) => record.user === "operator" && stage.requests.listener(record));
    stage.#resources.use(cluster);
    stage.#resources.use(deploymentStandIn(cluster, { readyAfter: READY_AFTER }));
    return stage;
  }

  /** Installs kinds, as an administrator does. */
  async install(...kinds: readonly DefinedResource[]): Promise<void> {
    for (const kind of kinds) {
      this.say(`CustomResourceDefinition ${kind.plural}.${kind.group}: ${await installCrd(this.client, kind)}`);
    }
  }

  /** Starts the operator. */
  async serve(...controllers: readonly ControllerDefinition[]): Promise<void> {
    const { namespace, show } = this;
    this.#controller = await serveController({
      controllers: controllers.map((one) => ({
        ...one,
        ...(one.resource.scope === "Namespaced" && { namespace }),
        onRun: show.add,
      })),
      client: this.#operator,
      ...this.#serving,
      // What is under way when an example ends the operator is to be cut off.
      shutdownTimeout: "1ms",
    });
    await this.#controller.ready;
  }

  /** Resolves when the operator has ended, be it by a signal. */
  get finished(): Promise<void> {
    return this.#controller?.finished ?? Promise.resolve();
  }

  /** Ends the operator, whatever it is doing. */
  async end(): Promise<void> {
    await this.#controller?.shutdown();
    this.#controller = undefined;
  }

  /** Says what happens, makes it happen, and waits for the Run after which all is over. */
  async scene(text: string, act: () => Promise<unknown>, isOver: IsIt): Promise<void> {
    this.say(`\n${text}`);
    const over = this.show.until(isOver);
    await act();
    await over;
  }

  /** Whether a Run is one after which there is nothing more to do for an object, which is as it should be. */
  settled<T extends KubeObject>(
    kind: ResourceKind<T>,
    name: string,
    isRight: (object: T) => boolean | Promise<boolean>,
  ): IsIt {
    return async ({ key, result }) => {
      if (result.outcome !== "NoOp" || key.split("/").at(-1) !== name) return false;
      const object = await this.user.get(kind, name);
      return object !== undefined && await isRight(object);
    };
  }

  /** Whether a Run is one after which an object is no more. */
  gone(kind: ResourceKind, name: string): IsIt {
    return async (_report: RunReport) => await this.user.get(kind, name) === undefined;
  }

  /** Says how many Runs and changes there were, and leaves. */
  close(): void {
    const { runs, changes } = this.show;
    this.say(`\n${runs} Runs, ${changes} changes, at most one each. Goodbye.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await this.#resources.disposeAsync();
  }
}
