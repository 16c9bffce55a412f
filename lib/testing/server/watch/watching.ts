/** The verb watch: the events of one watch, from the first to the last. */

import type { Timer } from "../../../time/mod.ts";
import {
  type Answer,
  checkListOptions,
  renderObject,
  renderTable,
  type ResourceRequest,
  revisionOf,
  revisionProblem,
  type Selection,
  selectionOf,
  type Shape,
  shapeOf,
} from "../request/mod.ts";
import { apiVersionOf, type Resource, type ServerContext, type Table, type TableChange } from "../store/mod.ts";
import { LineStream } from "./line_stream.ts";
import {
  expired,
  type Fields,
  fieldsOf,
  resourceVersionTooLarge,
  type ServerObject,
  type Status,
  StatusError,
} from "../values/mod.ts";

/** The least seconds until a watch without `timeoutSeconds` ends; up to twice that, as in the API server. */
const SHORTEST_TIMEOUT = 1800;

/** How long before its end a watch gets its last bookmark, in milliseconds. */
const LAST_BOOKMARK = 2_000;

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** What opening a watch needs besides the server's context. */
export interface WatchOptions {
  readonly bookmarkInterval: number;
  /** Called once when the watch ends. */
  readonly onEnd: () => void;
}

/** One running watch. */
export class Watch {
  /** The resource that is watched. */
  readonly resource: Resource;
  /** The namespace that is watched; `undefined` for all. */
  readonly namespace: string | undefined;
  readonly #lines: LineStream;
  readonly #context: ServerContext;
  readonly #shape: Shape;
  readonly #selected: Selection;
  readonly #table: Table;
  /** Whether the columns of the table have been sent. */
  #headed = false;
  #timers: Timer[] = [];
  /** The watcher has seen all changes up to this revision. */
  #seen: number;

  /**
   * @param context The server's context. @param request The request. @param options More. @throws {StatusError} If the
   * request is invalid.
   */
  constructor(context: ServerContext, request: ResourceRequest, options: WatchOptions) {
    checkListOptions(request.query, true);
    const problem = revisionProblem(request.query.get("resourceVersion") ?? "");
    if (problem !== undefined) throw new StatusError(500, undefined, problem);
    this.#context = context;
    this.#shape = shapeOf(request, context.clock);
    this.#selected = selectionOf(request);
    this.#table = context.tableOf(request.resource);
    this.resource = request.resource;
    this.namespace = request.namespace;
    this.#seen = context.store.revision;
    const start = startOf(request.query, context.store.revision);
    this.#lines = new LineStream(() => {
      this.#cancelTimers();
      options.onEnd();
    });
    if (start.since !== undefined && start.since < this.#table.oldest) {
      this.#refuse(start.since);
      return;
    }
    this.#begin(start);
    this.#setTimers(request.query, options.bookmarkInterval);
  }

  /** The answer to the request. */
  get answer(): Answer {
    return { code: 200, contentType: "application/json", stream: this.#lines.readable };
  }

  /** Sends a change, if it concerns the watcher. */
  deliver(table: Table, change: TableChange): void {
    if (table !== this.#table || change.revision <= this.#seen) return;
    this.#seen = change.revision;
    const { before, after, last } = change;
    const was = before !== undefined && this.#selected(before);
    const is = after !== undefined && this.#selected(after);
    if (is) this.#send(was ? "MODIFIED" : "ADDED", after);
    else if (was) this.#send("DELETED", last ?? atRevision(before, change.revision));
  }

  /** Ends the watch, normally or with an error. */
  end(reason?: Error): void {
    this.#cancelTimers();
    if (reason) this.#lines.fail(reason);
    else this.#lines.close();
  }

  /** Holds events back, or delivers them again. */
  setFrozen(frozen: boolean): void {
    this.#lines.setFrozen(frozen);
  }

  #begin(start: WatchStart): void {
    if (start.since !== undefined) {
      this.#seen = start.since;
      for (const change of this.#table.changesSince(start.since)) this.deliver(this.#table, change);
      return;
    }
    for (const object of this.#table.objects()) {
      if (this.#selected(object)) this.#send("ADDED", object);
    }
    if (start.markEnd) this.#bookmark({ [INITIAL_EVENTS_END]: "true" });
  }

  #refuse(since: number): void {
    // Events are not cached in the API server, so its storage answers.
    const { status } = expired(
      this.resource.table === "events"
        ? "The resourceVersion for the provided watch is too old."
        : `too old resource version: ${since} (${this.#table.oldest})`,
    );
    this.#sendStatus(status);
    this.#lines.close();
  }

  #setTimers(query: URLSearchParams, bookmarkInterval: number): void {
    const { clock, random } = this.#context;
    const given = Number(query.get("timeoutSeconds") ?? 0);
    // An invalid timeout is ignored.
    const seconds = given > 0 && Number.isFinite(given * 1000) ? given : SHORTEST_TIMEOUT * (1 + random.next());
    this.#timers = [clock.timer(seconds * 1000, () => this.end())];
    if (!["1", "true"].includes(query.get("allowWatchBookmarks") ?? "")) return;
    const last = clock.monotonic() + seconds * 1000 - LAST_BOOKMARK;
    const set = () => {
      const wait = Math.min(bookmarkInterval, last - clock.monotonic());
      if (wait > 0) this.#timers[1] = clock.timer(wait, again);
    };
    const again = () => {
      this.#bookmark();
      set();
    };
    set();
  }

  #cancelTimers(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  #send(type: string, object: ServerObject): void {
    this.#lines.push(`{"type":"${type}","object":${this.#render(object)}}\n`);
  }

  #render(object: ServerObject): string {
    if (typeof this.#shape === "string") return renderObject(object, this.resource, this.#shape);
    const { resourceVersion } = object.metadata;
    const headed = !this.#headed;
    this.#headed = true;
    return renderTable([object], this.resource, this.#shape, { resourceVersion }, headed);
  }

  #sendStatus(status: Status): void {
    this.#lines.push(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);
  }

  #bookmark(annotations?: Record<string, string>): void {
    const metadata = { resourceVersion: String(this.#context.store.revision), ...(annotations ? { annotations } : {}) };
    const object = this.#shape === "whole"
      ? { ...emptyOf(this.resource), kind: this.resource.kind, apiVersion: apiVersionOf(this.resource), metadata }
      : { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
    this.#lines.push(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }
}

/** The object of a bookmark, besides its metadata: nothing is set, so it has zero replicas. */
function emptyOf({ strategy, scale, custom }: Resource): Fields {
  const empty = strategy.empty();
  return scale && !custom ? { ...empty, spec: { replicas: 0, ...fieldsOf(empty.spec) } } : empty;
}

/** How a watch begins: with the changes after a revision, or with all existing objects. */
interface WatchStart {
  readonly since: number | undefined;
  readonly markEnd: boolean;
}

function startOf(query: URLSearchParams, current: number): WatchStart {
  const revision = revisionOf(query);
  const initial = query.get("sendInitialEvents");
  if (initial === "true") {
    if (revision !== undefined && revision > current) throw resourceVersionTooLarge(revision, current);
    return { since: undefined, markEnd: ["1", "true"].includes(query.get("allowWatchBookmarks") ?? "") };
  }
  if (initial === "false" && (revision === undefined || revision === 0)) return { since: current, markEnd: false };
  return { since: revision === 0 ? undefined : revision, markEnd: false };
}

/** An object that a selector no longer matches is sent in its old state, with the revision of the change. */
function atRevision(object: ServerObject, revision: number): ServerObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
