/**
 * An API server of one kind with a network before it, in virtual time. Each request and each connection may go wrong in a way that
 * was seen somewhere; what it says about its objects is always true.
 */

import type { RequestOptions } from "@cloudydeno/kubernetes-client";
import type { KubeObject } from "../../lib/model/mod.ts";
import type { VirtualClock } from "../../lib/testing/mod.ts";
import { connectionRefused, refusal, silence, text } from "./scripted_client.ts";

/** A choice of whole numbers below a bound. */
export type Draw = (below: number) => number;

interface Entry {
  readonly revision: number;
  readonly key: string;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

const ENCODER = new TextEncoder();
const SECOND = 1_000;

/** What may become of a connection. */
type Fate = "lives" | "breaks" | "ends" | "falls silent" | "babbles";

/** Holds objects, and answers requests as well as it can. */
export class FlakyServer {
  revision = 10;
  /** One in so many requests goes wrong, and so many connections; 0 for none. */
  trouble = 0;
  readonly objects = new Map<string, KubeObject>();
  #log: Entry[] = [];
  #compacted = 0;
  /** Connections and requests of before a restore are dead. */
  #epoch = 0;
  readonly #clock: VirtualClock;
  readonly #draw: Draw;

  constructor(clock: VirtualClock, draw: Draw) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** Stores what a function makes of an object; `undefined` removes it. Returns it, removed or not, with its revision. */
  write(key: string, make: (before: KubeObject | undefined, revision: string) => KubeObject | undefined) {
    const before = this.objects.get(key);
    const after = make(before, String(this.revision + 1));
    if (before === undefined && after === undefined) return undefined;
    this.revision++;
    if (after) this.objects.set(key, after);
    else this.objects.delete(key);
    this.#log.push({ revision: this.revision, key, before, after });
    return after ?? at(before!, this.revision);
  }

  /** What an object was at a revision and has been since. */
  since(key: string, revision: number): readonly (KubeObject | undefined)[] {
    const ofKey = this.#log.filter((entry) => entry.key === key);
    const first = ofKey.findLast((entry) => entry.revision <= revision)?.after;
    return [first, ...ofKey.filter((entry) => entry.revision > revision).map(({ after }) => after)];
  }

  /** Forgets what happened before. */
  compact(): void {
    this.#compacted = this.revision;
  }

  /** Nothing of what happened after that revision has ever been. */
  restore(revision: number): void {
    this.#epoch++;
    this.#log = this.#log.filter((entry) => entry.revision <= revision);
    this.objects.clear();
    for (const [key, object] of this.#as(revision)) this.objects.set(key, object);
    this.revision = revision;
    this.#compacted = revision;
  }

  performRequest = async (request: RequestOptions): Promise<unknown> => {
    const query = request.querystring!;
    const epoch = this.#epoch;
    if (this.#goesWrong()) return await this.#refuse(query.get("watch") === "true")(request);
    // An answer takes its time, and a restore may come in between.
    if (this.#draw(3) === 0) await this.#after(this.#draw(5 * SECOND));
    if (epoch !== this.#epoch) return await connectionRefused()(request);
    return query.get("watch") === "true" ? this.#watch(query, request.abortSignal!) : await this.#list(query)(request);
  };

  #goesWrong(): boolean {
    return this.trouble > 0 && this.#draw(this.trouble) === 0;
  }

  #refuse(isWatch: boolean) {
    return [
      connectionRefused(),
      refusal(429, "TooManyRequests", { details: { retryAfterSeconds: 1 } }),
      refusal(500, "InternalError"),
      refusal(503, "ServiceUnavailable"),
      refusal(401, "Unauthorized"),
      refusal(404, "NotFound"),
      refusal(410, "Expired"),
      silence(),
      text("<html>Bad gateway</html>"),
      text("{}"),
      text(isWatch ? "" : `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[]}`),
      text(`{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n`),
    ][this.#draw(12)]!;
  }

  // ---- lists

  #list(query: URLSearchParams) {
    const [token, limit] = [query.get("continue"), Number(query.get("limit") ?? Infinity)];
    const asked = query.get("resourceVersion");
    if (asked && Number(asked) > this.revision) {
      return refusal(504, "Timeout", { details: { causes: [{ reason: "ResourceVersionTooLarge" }] } });
    }
    const [revision, from] = token ? token.split(".").map(Number) as [number, number] : [this.#listed(asked), 0];
    if (token && (revision < this.#compacted || this.#goesWrong())) return refusal(410, "Expired");
    const all = [...this.#as(revision).values()].filter(selects(query));
    const next = from + limit < all.length ? `${revision}.${from + limit}` : undefined;
    const metadata = { resourceVersion: String(revision), ...(next && { continue: next }) };
    const items = all.slice(from, from + limit);
    return text(JSON.stringify({ kind: "SecretList", apiVersion: "v1", metadata, items }));
  }

  /** A list that is asked for with a version may be any that is not older; without, it is the newest. */
  #listed(asked: string | null): number {
    if (!asked) return this.revision;
    const least = Math.max(Number(asked), this.#compacted);
    return least + this.#draw(this.revision - least + 1);
  }

  #as(revision: number): Map<string, KubeObject> {
    const found = new Map<string, KubeObject>();
    for (const { revision: when, key, after } of this.#log) {
      if (when > revision) break;
      if (after) found.set(key, after);
      else found.delete(key);
    }
    return found;
  }

  // ---- watches

  #watch(query: URLSearchParams, signal: AbortSignal): ReadableStream<Uint8Array> {
    const [since, seconds] = [Number(query.get("resourceVersion")), Number(query.get("timeoutSeconds"))];
    const [epoch, ends] = [this.#epoch, this.#clock.monotonic() + seconds * SECOND];
    let isOver = false;
    let told = since;
    signal.addEventListener("abort", () => isOver = true, { once: true });
    const tell = (controller: ReadableStreamDefaultController<Uint8Array>): boolean => {
      const fate = this.#fate();
      if (fate === "falls silent") return true;
      if (epoch !== this.#epoch || fate === "breaks") {
        controller.error(new TypeError("error reading a body from connection"));
        return true;
      }
      const lines = told < this.#compacted && told < this.revision && since < this.#compacted
        ? [`{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}`]
        : this.#lines(told, query);
      told = Math.max(told, this.revision);
      if (this.#draw(3) === 0) lines.push(bookmark(told));
      if (fate === "babbles") lines.push("", `{"type":"ADD`);
      this.#sendInParts(controller, lines);
      if (fate !== "ends" && fate !== "babbles" && this.#clock.monotonic() < ends) return false;
      controller.close();
      return true;
    };
    return new ReadableStream<Uint8Array>({
      start: async (controller) => {
        await Promise.resolve();
        const next = async () => {
          for (;;) {
            await this.#after(Math.min(this.#draw(8 * SECOND), Math.max(0, ends - this.#clock.monotonic())));
            if (isOver || tell(controller)) return;
          }
        };
        next();
      },
      cancel: () => void (isOver = true),
    });
  }

  #fate(): Fate {
    if (!this.#goesWrong()) return "lives";
    return (["breaks", "ends", "falls silent", "babbles"] as const)[this.#draw(4)]!;
  }

  #lines(since: number, query: URLSearchParams): string[] {
    const fits = selects(query);
    return this.#log.filter(({ revision }) => revision > since).flatMap(({ revision, before, after }) => {
      const [was, is] = [before !== undefined && fits(before), after !== undefined && fits(after)];
      if (is) return [JSON.stringify({ type: was ? "MODIFIED" : "ADDED", object: after })];
      return was ? [JSON.stringify({ type: "DELETED", object: at(before!, revision) })] : [];
    });
  }

  /** Cut anywhere, also inside of a character. */
  #sendInParts(controller: ReadableStreamDefaultController<Uint8Array>, lines: readonly string[]): void {
    if (lines.length === 0) return;
    let bytes = ENCODER.encode(lines.join("\n") + "\n");
    while (bytes.length > 0) {
      const length = this.#draw(3) === 0 ? bytes.length : 1 + this.#draw(Math.min(bytes.length, 400));
      controller.enqueue(bytes.slice(0, length));
      bytes = bytes.subarray(length);
    }
  }

  #after(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.timer(milliseconds, resolve));
  }
}

function at(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

function selects(query: URLSearchParams): (object: KubeObject) => boolean {
  const [key, value] = query.get("labelSelector")?.split("=") ?? [];
  return ({ metadata }) => key === undefined || metadata.labels?.[key] === value;
}

function bookmark(revision: number): string {
  const metadata = { resourceVersion: String(revision), creationTimestamp: null };
  return JSON.stringify({ type: "BOOKMARK", object: { kind: "Secret", apiVersion: "v1", metadata } });
}
