/** Sends the requests of a watch (list, streaming list, watch), with time limits, after checking the net permission. */

import {
  assertClientPermission,
  codeOf,
  type RequestOptions,
  toApiError,
  withOperation,
  withoutSecrets,
} from "../../kube/mod.ts";
import type { KubeObject } from "../../model/mod.ts";
import { portion } from "../../time/mod.ts";
import {
  ListScanner,
  type PageEnd,
  type PagePart,
  PageReader,
  type PageRequest,
  PagesAhead,
  readListPage,
  SilenceGuard,
  unlessAborted,
  type WatchChunk,
  WatchConnection,
  WatchDecoder,
} from "../bytes/mod.ts";
import type { ResolvedListWatch } from "./options.ts";
import { PageLimit } from "./page_limit.ts";
import type { ListPlan } from "./position.ts";
import { listRequest, streamingListRequest, watchRequest } from "./requests.ts";
import { SilentConnectionError } from "../errors.ts";
import { Patience } from "./patience.ts";

/** How long the server may take to answer with its newest version, in milliseconds. */
const VERSION_TIMEOUT = 15_000;

export interface OpenWatch<T extends KubeObject> {
  readonly connection: WatchConnection;
  readonly decoder: WatchDecoder<T>;
  /** When it was requested. Not when the answer began: some proxies hold that back until the first event. */
  readonly since: number;
  /** When the answer began; `undefined` once its first bytes have arrived. */
  headAt: number | undefined;
  /** After how many seconds the server is to end it. */
  readonly seconds: number;
  /** How long it may be silent after its list (if it is a streaming list), in milliseconds. */
  readonly idleLimit: number;
}

/** Sends the requests of one watch. */
export class WatchCalls<T extends KubeObject> {
  readonly #options: ResolvedListWatch<T>;
  readonly #stop: AbortSignal;
  readonly #pages = new PagesAhead();
  readonly #limit = new PageLimit();
  /** The page that is being read. */
  #page: PageReader<T> | undefined;
  /** The scanner of the current list. */
  #scanner: ListScanner | undefined;
  /** The guard of the current or last request. */
  #guard: SilenceGuard | undefined;
  /** What is known of the server's habits. */
  readonly patience = new Patience();

  constructor(options: ResolvedListWatch<T>, stop: AbortSignal) {
    this.#options = options;
    this.#stop = stop;
  }

  /** Requests one page of a list, or takes the prefetched one. */
  async openPage(plan: ListPlan, token: string | undefined): Promise<PageReader<T>> {
    await this.#assertPermission();
    try {
      const connection = await this.#pages.take(token, () => this.#requestPage(plan, token));
      this.#scanner ??= new ListScanner();
      // Prefetches the next page as soon as its token is known, so that the server works while this process reads.
      const onToken = (next: string) => this.#pages.ask(next, () => this.#requestPage(plan, next));
      return this.#page = new PageReader(connection, this.#scanner, this.#options, onToken);
    } catch (thrown) {
      throw this.#pageFailed(thrown);
    }
  }

  /** Reads the next part of a page. */
  async readPage(page: PageReader<T>): Promise<PagePart<T>> {
    try {
      const part = await page.read();
      if (part.end) this.#pageRead(page, part.end);
      return part;
    } catch (thrown) {
      page.close(thrown);
      throw this.#pageFailed(thrown);
    }
  }

  /** Ends the current request, also that of a connected watch. */
  cut(reason: unknown): void {
    this.#page?.close(reason);
    this.#guard?.close(reason);
  }

  #pageRead(page: PageReader<T>, { token }: PageEnd): void {
    this.#page = undefined;
    this.#limit.read(page.bytes);
    if (token !== page.guessedToken) this.#pages.drop();
    // The scanner and its buffer are for one list.
    if (token === undefined) this.#scanner = undefined;
    this.#report("list");
  }

  #pageFailed(thrown: unknown): unknown {
    this.#pages.drop();
    this.#page = undefined;
    this.#scanner = undefined;
    const error = this.describe(thrown, "list");
    this.#report("list", error);
    return error;
  }

  #requestPage({ resourceVersion, limit }: ListPlan, token: string | undefined): PageRequest {
    const { client, clock, listTimeout } = this.#options;
    const guard = this.#guard = new SilenceGuard(clock, listTimeout, this.#stop);
    const plan = { resourceVersion, limit: limit === undefined ? undefined : this.#limit.of(limit) };
    const answer = WatchConnection.open(client, listRequest(this.#options, plan, token), guard);
    return { answer, drop: () => guard.close(undefined) };
  }

  /** The server's newest version: that of a list of one object without a version, which is a quorum read. */
  async newestVersion(): Promise<string> {
    const { client, clock, kind } = this.#options;
    const plan = { resourceVersion: "", limit: 1 };
    const guard = this.#guard = new SilenceGuard(clock, VERSION_TIMEOUT, this.#stop);
    try {
      const request = listRequest(this.#options, plan, undefined);
      const answer = client.performRequest({ ...request, abortSignal: guard.signal });
      const bytes = await guard.wait(unlessAborted(answer, guard.signal)).finally(() => guard.close(undefined));
      const { resourceVersion } = readListPage(bytes, kind);
      this.#report("list");
      return resourceVersion;
    } catch (thrown) {
      // A thrown value that cannot be read must not get further than this.
      const error = this.describe(thrown, "list");
      this.#report("list", error);
      throw error;
    }
  }

  streamingList(resourceVersion: string): Promise<OpenWatch<T>> {
    const seconds = this.#drawTimeout();
    const request = streamingListRequest(this.#options, resourceVersion, seconds);
    return this.#open(request, this.#options.listTimeout, seconds);
  }

  async watch(resourceVersion: string): Promise<OpenWatch<T>> {
    const seconds = this.#drawTimeout();
    const limit = this.#options.idleTimeout ?? this.patience.head(seconds);
    try {
      const open = await this.#open(watchRequest(this.#options, resourceVersion, seconds), limit, seconds);
      open.connection.tolerate(open.idleLimit);
      return open;
    } catch (error) {
      if (error instanceof SilentConnectionError) this.patience.unanswered();
      throw error;
    }
  }

  /** Reads from a watch; `undefined` when the server has ended it. */
  async read(open: OpenWatch<T>): Promise<WatchChunk<T> | undefined> {
    const bytes = await open.connection.read();
    if (open.headAt !== undefined) {
      this.patience.broughtSomething(this.#options.clock.monotonic() - open.headAt);
      open.headAt = undefined;
    }
    if (bytes) return open.decoder.push(bytes);
    open.decoder.end();
    return undefined;
  }

  /** Adds to an error which request failed. */
  describe(error: unknown, verb: "list" | "watch"): unknown {
    return withOperation(withoutSecrets(toApiError(error), this.#options.kind), `${verb} ${this.#options.what}`);
  }

  async #open(request: RequestOptions, firstLimit: number, seconds: number): Promise<OpenWatch<T>> {
    const { client, clock, kind, transform } = this.#options;
    await this.#assertPermission();
    const since = clock.monotonic();
    const guard = this.#guard = new SilenceGuard(clock, firstLimit, this.#stop);
    const connection = await WatchConnection.open(client, request, guard).catch((error) => {
      this.#report("watch", error);
      throw error;
    });
    this.#report("watch");
    const idleLimit = this.#options.idleTimeout ?? this.patience.silence(seconds);
    const decoder = new WatchDecoder(kind, transform);
    return { connection, decoder, since, headAt: clock.monotonic(), seconds, idleLimit };
  }

  /** Calls `onRequest`, except for requests that this process has ended by stopping the watch. */
  #report(verb: "list" | "watch", error?: unknown): void {
    const { group, plural } = this.#options.kind;
    const { onRequest } = this.#options;
    if (!onRequest || this.#stop.aborted) return;
    const request = { verb, group, resource: plural, code: codeOf(error) };
    try {
      onRequest(request);
    } catch (thrown) {
      // The request itself has not failed, so it is not repeated.
      reportError(thrown);
    }
  }

  async #assertPermission(): Promise<void> {
    await assertClientPermission(this.#options.client);
  }

  #drawTimeout(): number {
    const [least, most] = this.#options.timeoutSeconds;
    return Math.round(least + portion(this.#options.random) * (most - least));
  }
}
