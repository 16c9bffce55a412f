/** The options of a watch, their defaults, and their checks. */

import {
  type Clock,
  type Duration,
  type Random,
  shownValue,
  systemClock,
  systemRandom,
  toMilliseconds,
} from "../../time/mod.ts";
import {
  formatSelector,
  type KubeObject,
  type LabelSelector,
  type ObjectMeta,
  type ResourceKind,
} from "../../model/mod.ts";
import { type ClusterClient, collectionPath } from "../../kube/mod.ts";
import type { WatchBackoffOptions } from "./backoff.ts";
import type { WatchState } from "./state.ts";

/** Tuning of a watch. The defaults suit usual clusters; tests and unusual networks may need others. */
export interface WatchTuning {
  /**
   * After how many seconds the server ends a watch: drawn at random from this range for each watch, so that watches that began
   * together are not renewed together. A watch that has ended is resumed where it was, by one small request. A connection that
   * is silent for longer than this counts as dead (see `idleTimeout`), so the time is short: with the default, a connection
   * that died silently is replaced within 45 seconds, or 75 as long as the server has not ended a first watch. It is also
   * shorter than the idle timeouts of load balancers and NATs, which drop connections silently.
   * @default {[27, 34]}
   */
  timeoutSeconds?: readonly [least: number, most: number];
  /**
   * How long a watch may be silent before its connection counts as dead and is replaced.
   * @default {10 seconds more than the server's limit, which ends a silent watch that is alive; 70 seconds until the server has
   * ended one, and four minutes if it neither ends them nor sends bookmarks}
   */
  idleTimeout?: Duration;
  /**
   * How long the answer to a list may be silent, before it begins and while it arrives. The API server's own limit is one
   * minute by default.
   * @default {"65s"}
   */
  listTimeout?: Duration;
  /**
   * How many objects a page of a list has at most. Fewer are requested if objects are large. The next page is requested while
   * the current one is read.
   * @default {500}
   */
  pageSize?: number;
  /** The backoff after failures. */
  backoff?: WatchBackoffOptions;
  /**
   * Whether to request streaming lists (`sendInitialEvents`). If the server does not support them, plain lists are used. Lists
   * in pages limit the server's memory as well, and take half of the time of both sides (docs/decisions/0006).
   * @default {false}
   */
  streamingLists?: boolean;
}

/** Options of {@link listWatch}. */
export interface ListWatchOptions<T extends KubeObject = KubeObject> extends WatchTuning {
  /** Performs the requests. If it knows its server, Deno's net permission for that is checked first. */
  client: ClusterClient;
  /** The kind to watch. */
  kind: ResourceKind<T>;
  /**
   * The namespace to watch.
   * @default {all namespaces}
   */
  namespace?: string | undefined;
  /** Watches only objects whose labels match. */
  labelSelector?: LabelSelector | undefined;
  /** Watches only objects whose fields match, as in `metadata.name=foo`. */
  fieldSelector?: string | undefined;
  /**
   * Measures time limits and delays.
   * @default {the clock of this machine}
   */
  clock?: Clock;
  /**
   * Draws the jitter of delays.
   * @default {the random numbers of this machine}
   */
  random?: Random;
  /** Stops the watch: the request is closed at once, and the stream ends. */
  signal?: AbortSignal | undefined;
  /** Changes each object before it is passed on, for example to save memory. It may modify its argument. */
  transform?: ((object: T) => T) | undefined;
  /** Called at each change of state. Must not throw. */
  onState?: ((state: WatchState) => void) | undefined;
  /** Called for each request when it is answered or has failed. If it throws, that is an uncaught error of the process. */
  onRequest?: ((request: WatchRequest) => void) | undefined;
}

/** One request of a watch, for metrics. */
export interface WatchRequest {
  /** A page of a list, or a watch; a streaming list is a watch. */
  readonly verb: "list" | "watch";
  /** The API group; `""` for the core group. */
  readonly group: string;
  /** The plural name of the kind. */
  readonly resource: string;
  /** The HTTP status code: 200 for any success, `undefined` if there was no answer or the code is unknown. */
  readonly code: number | undefined;
}

/** {@link ListWatchOptions} with all defaults filled in; times in milliseconds. */
export interface ResolvedListWatch<T extends KubeObject> {
  readonly client: ClusterClient;
  readonly kind: ResourceKind<T>;
  readonly path: string;
  /** How errors name what is watched: `Secret objects in namespace default`. */
  readonly what: string;
  /** The query parameters of every request. */
  readonly selectors: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly transform: ((object: T) => T) | undefined;
  readonly onState: (state: WatchState) => void;
  readonly onRequest: ((request: WatchRequest) => void) | undefined;
  readonly timeoutSeconds: readonly [least: number, most: number];
  readonly idleTimeout: number | undefined;
  readonly listTimeout: number;
  readonly pageSize: number;
  readonly backoff: WatchBackoffOptions;
  readonly streamingLists: boolean;
  /** Whether a listed object is wanted whole, by its metadata and its size in bytes; `undefined` if all are. */
  readonly isWhole: ((metadata: ObjectMeta, bytes: number) => boolean) | undefined;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @param options The options.
 * @param isWhole Whether a listed object is wanted whole; by default, all are.
 * @throws {RangeError} If a number is out of range.
 * @throws {SelectorError} If the label selector is invalid.
 * @throws {TypeError} If a namespace is given for a cluster-scoped kind.
 */
export function resolveListWatch<T extends KubeObject>(
  options: ListWatchOptions<T>,
  isWhole?: ResolvedListWatch<T>["isWhole"],
): ResolvedListWatch<T> {
  const { client, kind, namespace, labelSelector, fieldSelector, transform, idleTimeout } = options;
  const { clock = systemClock, random = systemRandom } = options;
  const { timeoutSeconds = [27, 34], listTimeout = "65s", pageSize = 500, backoff = {}, streamingLists = false } =
    options;
  checkRange(timeoutSeconds);
  checkPageSize(pageSize);
  return {
    client,
    kind,
    path: collectionPath(kind, namespace),
    what: `${kind.kind} objects${namespace === undefined ? "" : ` in namespace ${namespace}`}`,
    selectors: {
      ...(labelSelector !== undefined && { labelSelector: formatSelector(labelSelector) }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    },
    clock,
    random,
    transform,
    onState: options.onState ?? (() => {}),
    onRequest: options.onRequest,
    timeoutSeconds,
    idleTimeout: idleTimeout === undefined ? undefined : patience(idleTimeout, "idleTimeout"),
    listTimeout: patience(listTimeout, "listTimeout"),
    pageSize,
    backoff,
    streamingLists,
    isWhole,
  };
}

/** Converts a time limit. 0 is refused: every request would fail. */
function patience(value: Duration, option: string): number {
  const milliseconds = toMilliseconds(value, option);
  if (milliseconds > 0) return milliseconds;
  throw new RangeError(`Cannot use ${option} as it must be more than 0: current value is ${value}`);
}

/** The largest page size. */
const LARGEST_PAGE = 1_000_000;

/** The longest time for a watch, in seconds: a day. */
const LONGEST_WATCH = 86_400;

function checkRange([least, most]: readonly [number, number]): void {
  if ([least, most].every(Number.isFinite) && least >= 1 && least <= most && most <= LONGEST_WATCH) return;
  throw new RangeError(
    `Cannot use timeoutSeconds as it must be two numbers from 1 to ${LONGEST_WATCH}, the smaller first: ` +
      `current value is [${shownValue(least)}, ${shownValue(most)}]`,
  );
}

function checkPageSize(pageSize: number): void {
  if (Number.isInteger(pageSize) && pageSize > 0 && pageSize <= LARGEST_PAGE) return;
  throw new RangeError(
    `Cannot use pageSize as it must be a whole number from 1 to ${LARGEST_PAGE}: current value is ${
      shownValue(pageSize)
    }`,
  );
}
