/** The options of a watch: what they mean, their defaults, and the checks at the door. */

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

/** How a watch is tuned. The defaults suit a cluster; tests and odd networks may want others. */
export interface WatchTuning {
  /**
   * How long the server lets one watch live, in seconds: drawn evenly from this range for each, so that watches that began
   * together do not come back together. A watch that is over is asked for again where it was, which costs one small request.
   * Silence beyond this time is how a dead connection is told (see `idleTimeout`), so it is short: with the default, a
   * connection that died without a word is noticed within 45 seconds (70 in the first half minute). It also stays below the
   * idle limits of load balancers and NATs, which drop a connection without a word.
   * @default {[27, 34]}
   */
  timeoutSeconds?: readonly [least: number, most: number];
  /**
   * How long a watch may be silent before it is taken for dead and made anew.
   * @default {10 seconds more than the server's limit, which ends a silent watch that is alive; 70 seconds until the server has
   * ended one, and four minutes if it neither ends them nor sends bookmarks}
   */
  idleTimeout?: Duration;
  /**
   * How long the answer to a list may be silent, from when it is asked for, and while it comes. The API server itself gives up
   * after a minute, by default.
   * @default {"65s"}
   */
  listTimeout?: Duration;
  /**
   * How many objects one page of a list holds at most: fewer are asked for where they are large. While one page is read, the
   * next is on its way.
   * @default {500}
   */
  pageSize?: number;
  /** The wait after something went wrong. */
  backoff?: WatchBackoffOptions;
  /**
   * Whether to ask for lists as a stream. A server that does not know them refuses, and is asked for a plain list then. Pages
   * bound the server's memory as well, and take half of its time and of this process's (docs/decisions/0006).
   * @default {false}
   */
  streamingLists?: boolean;
}

/** What is watched, and with what. */
export interface ListWatchOptions<T extends KubeObject = KubeObject> extends WatchTuning {
  /** Performs the requests. When it knows its server, the net permission for it is checked first. */
  client: ClusterClient;
  /** Which objects are watched. */
  kind: ResourceKind<T>;
  /**
   * Only objects in this namespace.
   * @default {all namespaces}
   */
  namespace?: string | undefined;
  /** Only objects whose labels match. */
  labelSelector?: LabelSelector | undefined;
  /** Only objects whose fields match, as in `metadata.name=foo`. */
  fieldSelector?: string | undefined;
  /**
   * Tells the time.
   * @default {that of this machine}
   */
  clock?: Clock;
  /**
   * Spreads requests in time.
   * @default {this machine}
   */
  random?: Random;
  /** Stops the watch: the request is closed at once and the stream ends. */
  signal?: AbortSignal | undefined;
  /** Changes each object on its way in, to save memory, for example. May change the object that it is given. */
  transform?: ((object: T) => T) | undefined;
  /** Told of each change of state, at once. Must not throw. */
  onState?: ((state: WatchState) => void) | undefined;
  /** Told of each request, once it is answered or has failed. What it throws is uncaught, as that of a listener of events. */
  onRequest?: ((request: WatchRequest) => void) | undefined;
}

/** One request of a watch, for measures. */
export interface WatchRequest {
  /** What was asked: one page of a list, or a watch, which a streaming list is. */
  readonly verb: "list" | "watch";
  /** The API group; `""` for the core group. */
  readonly group: string;
  /** The plural name of the kind. */
  readonly resource: string;
  /** The HTTP status: 200 for any success, `undefined` when there was no answer or nobody knows. */
  readonly code: number | undefined;
}

/** The options of a watch, complete; times in milliseconds. */
export interface ResolvedListWatch<T extends KubeObject> {
  readonly client: ClusterClient;
  readonly kind: ResourceKind<T>;
  readonly path: string;
  /** What errors say was being watched: `Secret objects in namespace default`. */
  readonly what: string;
  /** The parameters that every request carries. */
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
  /** Whether an object of a list is wanted whole, by its metadata and how long it is; `undefined` when all are. */
  readonly isWhole: ((metadata: ObjectMeta, bytes: number) => boolean) | undefined;
}

/**
 * Fills in the defaults.
 *
 * @param options What is watched.
 * @param isWhole Whether an object of a list is wanted whole; by default, all are.
 * @throws {RangeError} If a number makes no sense.
 * @throws {SelectorError} If the label selector is none.
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

/** A time to wait for an answer. None at all would give up on every one. */
function patience(value: Duration, option: string): number {
  const milliseconds = toMilliseconds(value, option);
  if (milliseconds > 0) return milliseconds;
  throw new RangeError(`Cannot use ${option} as it must be more than 0: current value is ${value}`);
}

/** How many objects a page may hold at the most: more is no page. */
const LARGEST_PAGE = 1_000_000;

/** The longest that a server may be asked to let a watch live, in seconds: a day. */
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
