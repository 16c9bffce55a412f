/** The lists of a watch: how they are requested and read, and what follows when one fails. */

import { keyOf, type KubeObject } from "../../model/mod.ts";
import type { OpenWatch, WatchCalls } from "./calls.ts";
import { endsList, type WatchChunk, type WatchLine } from "../bytes/mod.ts";
import { StaleListError, UnmarkedListError } from "../errors.ts";
import type { ResolvedListWatch } from "./options.ts";
import type { PartOfList, Phase } from "./phase.ts";
import type { ListPlan, Position } from "./position.ts";
import type { Standing } from "./standing.ts";
import type { WatchState } from "./state.ts";
import type { WatchBatch } from "../types.ts";
import { afterList, afterStreamingList } from "./verdict.ts";

/** What {@link Lists} works with. */
export interface ListsOptions<T extends KubeObject> {
  readonly options: ResolvedListWatch<T>;
  readonly calls: WatchCalls<T>;
  readonly position: Position;
  readonly standing: Standing;
  /** Gets the batches that are ready for the reader. */
  readonly ready: WatchBatch<T>[];
}

export type Listing<T extends KubeObject> = Extract<Phase<T>, { readonly name: "listing" }>;

/** The progress of a list whose first page has been passed on only in part. */
const NOTHING_YET: PartOfList = { resourceVersion: "", restoredFrom: undefined, pages: 0, token: "" };

/** When a failed list is requested again. */
export type ListAgain = "at once" | "later";

/** Lists all objects, in pages or as a streaming list. */
export class Lists<T extends KubeObject> {
  readonly #with: ListsOptions<T>;
  /** How the next list is requested, by what the server is known to support. */
  #style: "stream" | "plain-once" | "plain";

  constructor(options: ListsOptions<T>) {
    this.#with = options;
    this.#style = options.options.streamingLists ? "stream" : "plain";
  }

  /** Decides how to list now. @param cause The failure that led to this list, if one did. */
  choose(cause: unknown): { readonly phase: Phase<T>; readonly state: WatchState } {
    const { position } = this.#with;
    const why = cause === undefined ? {} : { cause };
    if (this.#style === "stream") {
      const resourceVersion = position.planStreamingList();
      const state: WatchState = { type: "streaming-list", resourceVersion, ...why };
      return { phase: { name: "opening-list", resourceVersion }, state };
    }
    const plan = position.planList();
    const state: WatchState = { type: "listing", resourceVersion: plan.resourceVersion, ...why };
    return { phase: { name: "listing", plan }, state };
  }

  // ---- in pages

  /** Reads a part of a page. @returns The next phase; `undefined` when the list is complete. */
  async read({ plan, soFar, page: open }: Listing<T>): Promise<Phase<T> | undefined> {
    const { calls, ready } = this.#with;
    const page = open ?? await calls.openPage(plan, soFar?.token);
    const { objects, end } = await calls.readPage(page);
    if (!end) {
      // If the version comes after the objects in the page, these are passed on first. If it is then refused, they are void.
      if (!soFar) ready.push({ type: "init" });
      ready.push({ type: "page", objects });
      return { name: "listing", plan, soFar: soFar ?? NOTHING_YET, page };
    }
    // All pages should have the same version. If they do not, the first one is the safe choice.
    const part = soFar?.resourceVersion ? soFar : this.#begin(end.resourceVersion, plan.resourceVersion, soFar);
    if (objects.length > 0 || !open) ready.push({ type: "page", objects });
    if (end.token !== undefined) {
      return { name: "listing", plan, soFar: { ...part, pages: part.pages + 1, token: end.token } };
    }
    this.#end(part);
    return undefined;
  }

  pageFailed({ resourceVersion, limit }: ListPlan, pages: number, error: unknown): ListAgain {
    const verdict = afterList({ error, resourceVersion, limit, pages });
    if (verdict === "again") return "later";
    if (verdict === "newest") this.#with.position.versionUnavailable();
    else this.#with.position.pagesExpired();
    return "at once";
  }

  // ---- as a stream

  async openStream(resourceVersion: string): Promise<Phase<T>> {
    const open = await this.#with.calls.streamingList(resourceVersion);
    return { name: "streaming-list", resourceVersion, open, found: new Map() };
  }

  /**
   * Reads on. Passes nothing on before the end of the list: until then changes are mixed in, and the list may break off.
   *
   * @returns The lines after the list; `undefined` while the list is not complete.
   */
  async readStream(open: OpenWatch<T>, found: Map<string, T>, asked: string): Promise<WatchChunk<T> | undefined> {
    const chunk = await this.#with.calls.read(open);
    if (!chunk) throw new UnmarkedListError();
    const end = chunk.lines.findIndex(endsList);
    for (const line of end < 0 ? chunk.lines : chunk.lines.slice(0, end)) collect(line, found);
    if (end < 0) {
      if (chunk.error !== undefined) throw chunk.error;
      return undefined;
    }
    const part = this.#begin(chunk.lines[end]!.object.metadata.resourceVersion, asked);
    this.#with.ready.push({ type: "page", objects: [...found.values()] });
    this.#end(part);
    return { ...chunk, lines: chunk.lines.slice(end + 1) };
  }

  streamFailed(resourceVersion: string, error: unknown): ListAgain {
    switch (afterStreamingList(error, resourceVersion)) {
      case "newest":
        this.#with.position.versionUnavailable();
        return "at once";
      case "never":
        this.#style = "plain";
        return "at once";
      case "plain":
        this.#style = "plain-once";
        return "later";
      case "again":
        return "later";
    }
  }

  // ---- both

  /**
   * Starts a list. A list that is older than what was seen is refused, unless it was requested without a version. Such a
   * request is a quorum read: the API server answers with the state of etcd, or with its own cache once that has caught up
   * with etcd. Everything that was seen came from etcd, so not even an API server that lags behind can answer with an older
   * version; only an etcd that was restored from a backup can.
   */
  #begin(resourceVersion: string, asked: string, soFar?: PartOfList): PartOfList {
    const { position, standing, ready } = this.#with;
    if (asked !== "" && position.isBehind(resourceVersion)) {
      position.versionUnavailable();
      throw new StaleListError(resourceVersion, position.resourceVersion);
    }
    const restoredFrom = asked === "" ? standing.restoredFrom(position, resourceVersion) : undefined;
    if (!soFar) ready.push({ type: "init" });
    return { resourceVersion, restoredFrom, pages: 0, token: "" };
  }

  #end({ resourceVersion, restoredFrom }: PartOfList): void {
    const { options, position, standing, ready } = this.#with;
    const isRestored = restoredFrom !== undefined;
    position.listed(resourceVersion);
    ready.push({ type: "synced", resourceVersion, ...(isRestored && { restored: true }) });
    if (isRestored) options.onState({ type: "restored", resourceVersion, seen: restoredFrom });
    standing.listed();
    if (this.#style === "plain-once") this.#style = "stream";
  }
}

/** Adds a line of a streaming list, which may also be a change that came meanwhile. */
function collect<T extends KubeObject>(line: WatchLine<T>, found: Map<string, T>): void {
  if (line.type === "BOOKMARK") return;
  if (line.type === "DELETED") found.delete(keyOf(line.object));
  else found.set(keyOf(line.object), line.object);
}
