/** The options that a user gives: what a controller does, and what serves it. */

import type { ClusterClient, DeclaredWrite } from "../../kube/mod.ts";
import type { KubeObject, LabelSelector, ObjectRef, ResourceKind } from "../../model/mod.ts";
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
   * Only objects whose labels match are watched and kept; others are read from the API server when a step asks for them.
   * @default {all objects}
   */
  readonly labelSelector?: LabelSelector;
}

/** Another kind whose changes wake objects of the resource. Made by {@link watchKind}, for its types. */
export interface WatchedKind extends OwnedKind {
  /**
   * Which objects of the resource a change concerns. It is asked for the object as it was and as it is. A reference without a
   * namespace means that of the object; for a cluster-scoped resource, a namespace says nothing.
   */
  readonly map: (object: KubeObject) => readonly ObjectRef[];
  /**
   * Which changes count.
   * @default {all}
   */
  readonly predicate?: Predicate<KubeObject>;
}

/** Options of {@link watchKind}. */
export interface WatchKindOptions<T extends KubeObject> {
  /**
   * Which objects of the resource a change concerns. It is asked for the object as it was and as it is. A reference without a
   * namespace means that of the object; for a cluster-scoped resource, a namespace says nothing.
   */
  map: (object: T) => readonly ObjectRef[];
  /**
   * Only objects whose labels match are watched.
   * @default {all objects}
   */
  labelSelector?: LabelSelector;
  /**
   * Which changes count.
   * @default {all}
   */
  predicate?: Predicate<T>;
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
  const { map, labelSelector, predicate } = options;
  return Object.freeze({
    kind,
    map: map as WatchedKind["map"],
    ...(labelSelector !== undefined && { labelSelector }),
    ...(predicate && { predicate: predicate as Predicate<KubeObject> }),
  });
}

/** What one controller does. */
export interface ControllerOptions<R extends KubeObject> {
  /** The kind of object that the controller looks after. */
  resource: ResourceKind<R>;
  /** What a Run walks. */
  steps: Plan<R>;
  /**
   * What a Run walks when the object is being deleted. Giving it turns on a finalizer: each object gets it in a Run of its
   * own before any step is walked, and loses it when the cleanup asks for no more changes. Cleanup must bear that the steps
   * never ran.
   */
  cleanup?: Plan<R>;
  /**
   * The finalizer's name; a domain, a slash, a word.
   * @default {the resource's group, a slash, the controller's name}
   */
  finalizer?: string;
  /**
   * Names the controller in logs, and to the API server as the manager of the fields that it writes.
   * @default {the resource's kind in lower case}
   */
  name?: string;
  /**
   * Kinds of dependents: watched, their changes wake the owner, and they may be written. What steps create of them gets the
   * Run's object as its controller owner. Of objects that are nobody's here only 2 MiB of JSON are kept whole; others are read
   * from the API server, once, when a step asks for them.
   * @default {[]}
   */
  owns?: readonly (ResourceKind | OwnedKind)[];
  /**
   * Other kinds whose changes wake objects of the resource, through a function. Made by {@link watchKind}.
   * @default {[]}
   */
  watches?: readonly WatchedKind[];
  /**
   * Other kinds that steps may change. What is not declared here, in `owns` or as the `resource` is refused.
   * @default {[]}
   */
  writes?: readonly (ResourceKind | DeclaredWrite)[];
  /**
   * The namespace, or namespaces, whose objects are looked after.
   * @default {"*"} (all)
   */
  namespace?: string | readonly string[];
  /**
   * Only objects of the resource whose labels match are looked after.
   * @default {all objects}
   */
  labelSelector?: LabelSelector;
  /**
   * Which changes of an object wake it. It is always woken when it appears or is to be deleted.
   * @default {generationChanged} (a change of the status does not)
   */
  predicate?: Predicate<R>;
  /**
   * How many Runs may be under way at once, each of another object.
   * @default {8}
   */
  concurrency?: number;
  /**
   * How long after a Run without a change an object is run again although nothing happened; `false` for never. Up to a tenth
   * is taken off by chance, so that objects do not come back together. It costs no request, as reads come from the cache.
   * @default {"10h"}
   */
  requeueEvery?: Duration | false;
  /**
   * How long a step may take before its signal is aborted and the Run fails.
   * @default {"1m"}
   */
  stepTimeout?: Duration;
  /** How long an object waits after a failure, unless something happens before that may have ended its reason. */
  backoff?: BackoffOptions;
  /** Told of each Run, after it. What it throws is logged, as is the rejection of a promise, which is not waited for. */
  onRun?: (report: RunReport) => void;
}

/** Where metrics and probes are served. */
export interface HttpOptions {
  /** The port; 0 for any that is free. */
  port: number;
  /**
   * The host or address to listen at.
   * @default {"::"} (all addresses, of IPv6 and IPv4; `"0.0.0.0"` where there is no IPv6, or only that is permitted)
   */
  hostname?: string;
}

/** What serves the controllers of a process. */
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
   * Whether the process goes on when a step leaves a promise behind that is rejected, or a callback that throws, and nobody
   * catches that: it is counted, and logged as an error, a hundred times a minute at most, while the controllers serve. Without
   * it, Deno ends the process. Whoever has called `preventDefault` on the event before is left alone.
   * @default {true}
   */
  handleUncaught?: boolean;
  /**
   * How long Runs that are under way may take at a shutdown before their signals are aborted.
   * @default {"25s"} (within the 30 s that Kubernetes gives a pod)
   */
  shutdownTimeout?: Duration;
  /**
   * Whether Runs are told as Events of their objects, for `kubectl describe` and `kubectl get events`: what was changed, what
   * is waited for when that is something new, and failures. Best effort: written after the Run, aggregated, at most 25 in a
   * row for an object. The account needs the verbs `create` and `patch` on `events` of `events.k8s.io`.
   * @default {false} (nothing is written that is not declared)
   */
  events?: boolean;
  /**
   * Serves `/metrics`, in Prometheus' text, and the probes `/livez`, `/readyz` and `/healthz`; from before the first list on, until
   * all has stopped. Takes the net permission for the address. `docs/metrics.md` says what there is.
   * @default {undefined} (nothing listens)
   */
  http?: HttpOptions;
  /**
   * Which Runs are traced, when somebody traces: `"notable"`, a share of those that did something, as `docs/metrics.md` says; or
   * `"all"`, which costs several times what a Run costs that finds nothing to do.
   * @default {"notable"}
   */
  traces?: "notable" | "all";
  /**
   * Where the log goes.
   * @default {createLogger()}
   */
  logger?: Logger;
  /**
   * Whose time it is.
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * Where chance comes from: jitter, and ids of Runs.
   * @default {systemRandom}
   */
  random?: Random;
}

/** One controller, and what serves it. */
export interface ServeOneOptions<R extends KubeObject> extends ControllerOptions<R>, ServeOptions {
  /** Not beside the options of one controller. */
  controllers?: never;
}

/** Several controllers, which share the client, the caches and the shutdown; and what serves them. */
export interface ServeSeveralOptions extends ServeOptions {
  /** Made by {@link defineController}; each has a name of its own. */
  controllers: readonly ControllerDefinition[];
}

/** A controller whose types have been checked. Made by {@link defineController}. */
export interface ControllerDefinition {
  /** The kind of object that the controller looks after. */
  readonly resource: ResourceKind;
}

/**
 * A controller as a value, for processes that serve several: `serveController({ controllers: [a, b] })`.
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
