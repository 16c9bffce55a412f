/** The options that a user passes: what a controller does, and what serves it. */

import type { ClusterClient, DeclaredRead, DeclaredWrite } from "../../kube/mod.ts";
import type { KubeObject, LabelSelector, ObjectRef, ReadVerb, ResourceKind, WriteVerb } from "../../model/mod.ts";
import type { BackoffOptions } from "../../run/mod.ts";
import type { Steps } from "../../steps/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Clock, Duration, Random } from "../../time/mod.ts";
import type { Predicate } from "../../watch/mod.ts";
import type { RunReport } from "./report.ts";

/** A plan, or a function that chooses one for each object. */
export type Plan<R extends KubeObject> = Steps<R> | ((object: R) => Steps<R>);

/** A kind of dependents. Their changes wake their controller owner. */
export interface OwnedKind {
  /** The kind. */
  readonly kind: ResourceKind;
  /**
   * Only objects with matching labels are watched and kept; others are read from the API server when a step asks for
   * them.
   * @default {all objects}
   */
  readonly labelSelector?: LabelSelector;
  /**
   * The verbs by which its objects are written.
   * @default {what the plan's components of the kind need, and "delete" if a cleanup has changes of its own; every verb if there are no such components, or the plan is a function}
   */
  readonly verbs?: readonly WriteVerb[];
  /**
   * The only names of objects that are written, where they are known.
   * @default {any name}
   */
  readonly names?: readonly string[];
  /**
   * Whether a policy for the operator's account lets it make objects without a controller its dependents. A Run asks
   * the component, not this.
   * @default {whether a component of the plan says so; false if the plan is a function}
   */
  readonly adopt?: boolean;
}

/** Another kind whose changes wake objects of the resource. Made by {@link watchKind}, for its types. */
export interface WatchedKind {
  /** The kind. */
  readonly kind: ResourceKind;
  /**
   * Only objects with matching labels are watched and kept; others are read from the API server when a step asks for
   * them.
   * @default {all objects}
   */
  readonly labelSelector?: LabelSelector;
  /**
   * Returns the objects of the resource that a change concerns. It is called with the object before and after the
   * change. A reference without a namespace means the namespace of that object. For a cluster-scoped resource, the
   * namespace is ignored.
   */
  readonly map: (object: KubeObject) => readonly ObjectRef[];
  /**
   * Which changes count.
   * @default {all}
   */
  readonly predicate?: Predicate<KubeObject>;
  /**
   * How steps read its objects: by `kube.get`, by `kube.list`, both, or not at all.
   * @default {both}
   */
  readonly reads?: readonly ReadVerb[];
}

/** Options of {@link watchKind}. */
export interface WatchKindOptions<T extends KubeObject> {
  /**
   * Returns the objects of the resource that a change concerns. It is called with the object before and after the
   * change. A reference without a namespace means the namespace of that object. For a cluster-scoped resource, the
   * namespace is ignored.
   */
  map: (object: T) => readonly ObjectRef[];
  /**
   * Only objects with matching labels are watched.
   * @default {all objects}
   */
  labelSelector?: LabelSelector;
  /**
   * Which changes count.
   * @default {all}
   */
  predicate?: Predicate<T>;
  /**
   * How steps read its objects: by `kube.get`, by `kube.list`, both, or not at all. Without `"get"`, the operator needs
   * no such right.
   * @default {both}
   */
  reads?: readonly ReadVerb[];
}

/**
 * Another kind whose changes wake objects of the resource, for `watches`.
 *
 * @example Usage
 * ```ts
 * import { watchKind } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = watchKind(ConfigMap, {
 *   map: ({ metadata, data }) => (data?.["usedBy"] ?? "").split(",").map((name) => ({ name, namespace: metadata.namespace! })),
 * });
 * assertEquals(settings.kind, ConfigMap);
 * ```
 */
export function watchKind<T extends KubeObject>(kind: ResourceKind<T>, options: WatchKindOptions<T>): WatchedKind {
  const { map, labelSelector, predicate, reads } = options;
  return Object.freeze({
    kind,
    map: map as WatchedKind["map"],
    ...(labelSelector !== undefined && { labelSelector }),
    ...(predicate && { predicate: predicate as Predicate<KubeObject> }),
    ...(reads && { reads }),
  });
}

/** What one controller does. */
export interface ControllerOptions<R extends KubeObject> {
  /** The kind of objects that the controller manages. */
  resource: ResourceKind<R>;
  /** The steps of a Run. */
  steps: Plan<R>;
  /**
   * The steps of a Run when the object is being deleted. With a cleanup, each object gets a finalizer: a Run of its own
   * adds it before any step runs, and it is removed when the cleanup requests no more changes. The cleanup must work
   * even if the steps never ran.
   */
  cleanup?: Plan<R>;
  /**
   * The finalizer's name: a domain, a slash, a word.
   * @default {the resource's group, a slash, the controller's name}
   */
  finalizer?: string;
  /**
   * The controller's name in logs, and its field manager name at the API server.
   * @default {the resource's kind in lower case}
   */
  name?: string;
  /**
   * Kinds of dependents. They are watched, their changes wake the owner, and they may be written. Objects that steps
   * create get the Run's object as their controller owner. Of unrelated objects, only 2 MiB of JSON are kept complete;
   * others are read from the API server, once, when a step asks for them.
   * @default {[]}
   */
  owns?: readonly (ResourceKind | OwnedKind)[];
  /**
   * Other kinds whose changes wake objects of the resource, through a mapping function. Made by {@link watchKind}.
   * @default {[]}
   */
  watches?: readonly WatchedKind[];
  /**
   * What else steps may change: other kinds, and the `resource` itself, of which only the finalizer (with a cleanup) and
   * the status (of a kind defined with one) need no declaration. Any other write is refused before it is sent.
   * @default {[]}
   */
  writes?: readonly (ResourceKind | DeclaredWrite)[];
  /**
   * Kinds that steps read without a watch. `resource`, `owns` and `watches` need no declaration. Any other read is
   * refused before it is sent.
   * @default {[]}
   */
  reads?: readonly (ResourceKind | DeclaredRead)[];
  /**
   * The namespace or namespaces of the objects to manage.
   * @default {"*"} (all)
   */
  namespace?: string | readonly string[];
  /**
   * Only objects of the resource with matching labels are managed.
   * @default {all objects}
   */
  labelSelector?: LabelSelector;
  /**
   * Which changes of an object wake it. It is always woken when it appears or is to be deleted.
   * @default {generationChanged} (a change of the status does not wake it)
   */
  predicate?: Predicate<R>;
  /**
   * How many Runs may be under way at once, each for a different object.
   * @default {8}
   */
  concurrency?: number;
  /**
   * How long after a Run without a change an object is run again if nothing happens; `false` for never. Up to a tenth
   * is subtracted at random, so that objects do not return together. This costs no request, because reads come from the
   * cache.
   * @default {"10h"}
   */
  requeueEvery?: Duration | false;
  /**
   * How long a step may take before its signal is aborted and the Run fails.
   * @default {"1m"}
   */
  stepTimeout?: Duration;
  /** How long an object waits after a failure. Events that may have removed the cause shorten the wait. */
  backoff?: BackoffOptions;
  /** Called after each Run. What it throws is logged, and so is the rejection of a promise, which is not awaited. */
  onRun?: (report: RunReport) => void;
}

/** The address of metrics and probes. */
export interface HttpOptions {
  /** The port; 0 for any free one. */
  port: number;
  /**
   * The host name or address to listen on.
   * @default {"::"} (all IPv6 and IPv4 addresses; `"0.0.0.0"` if there is no IPv6, or only that is permitted)
   */
  hostname?: string;
}

/** Options for serving the controllers of a process. */
export interface ServeOptions {
  /**
   * The cluster.
   * @default {what `connect()` finds}
   */
  client?: ClusterClient;
  /** Shuts down when aborted. */
  signal?: AbortSignal;
  /**
   * Whether SIGTERM and SIGINT shut down.
   * @default {true}
   */
  handleSignals?: boolean;
  /**
   * Whether the process continues when a step leaves behind a promise that rejects or a callback that throws, and
   * nobody catches the error. While the controllers serve, such errors are counted, and logged as errors, at most a
   * hundred per minute. Without this, Deno ends the process. Events on which somebody has already called
   * `preventDefault` are ignored.
   * @default {true}
   */
  handleUncaught?: boolean;
  /**
   * How long Runs may take at a shutdown before their signals are aborted.
   * @default {"25s"} (within the 30 s that Kubernetes gives a pod)
   */
  shutdownTimeout?: Duration;
  /**
   * Whether to write Events about Runs, for `kubectl describe` and `kubectl get events`: changes, new reasons for
   * waiting, and failures. Best effort: written after the Run, aggregated, at most 25 in a row for an object. The
   * account needs the verbs `create` and `patch` on `events` of `events.k8s.io`.
   * @default {false} (nothing is written that is not declared)
   */
  events?: boolean;
  /**
   * Serves `/metrics` in Prometheus text format, and the probes `/livez`, `/readyz` and `/healthz`, from before the
   * first list until everything has stopped. Needs the net permission for the address. See `docs/metrics.md`.
   * @default {undefined} (nothing listens)
   */
  http?: HttpOptions;
  /**
   * Which Runs are traced if tracing is on: `"notable"` is a share of those that did something, see `docs/metrics.md`;
   * `"all"` makes a Run that finds nothing to do several times as expensive.
   * @default {"notable"}
   */
  traces?: "notable" | "all";
  /**
   * The logger.
   * @default {createLogger()}
   */
  logger?: Logger;
  /**
   * The clock.
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * The source of random numbers, for jitter and ids of Runs.
   * @default {systemRandom}
   */
  random?: Random;
}

/** One controller, and what serves it. */
export interface ServeOneOptions<R extends KubeObject> extends ControllerOptions<R>, ServeOptions {
  /** Cannot be combined with the options of one controller. */
  controllers?: never;
}

/** Several controllers, which share the client, the caches and the shutdown, and the options for serving them. */
export interface ServeSeveralOptions extends ServeOptions {
  /** Made by {@link defineController}. Each one needs a different name. */
  controllers: readonly ControllerDefinition[];
}

/** A controller with checked types. Made by {@link defineController}. */
export interface ControllerDefinition {
  /** The kind of objects that the controller manages. */
  readonly resource: ResourceKind;
}

/**
 * Defines a controller as a value, for processes that serve several: `serveController({ controllers: [a, b] })`.
 *
 * @example Usage
 * ```ts
 * import { defineController, defineSteps, serveController } from "@staircase/operator";
 * import { ConfigMap, Secret } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 *
 * using client = new EmbeddedCluster();
 * const maps = defineController({ resource: ConfigMap, steps: defineSteps(ConfigMap) });
 * const secrets = defineController({ resource: Secret, steps: defineSteps(Secret) });
 * await using controller = await serveController({ controllers: [maps, secrets], client });
 * await controller.ready;
 * ```
 */
export function defineController<R extends KubeObject>(options: ControllerOptions<R>): ControllerDefinition {
  return options;
}
