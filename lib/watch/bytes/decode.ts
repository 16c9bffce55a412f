/** Objects, events and errors, out of the bytes that the API server sends. */

import { apiVersionOf, describeObject, type KubeObject, type ResourceKind } from "../../model/mod.ts";
import { ApiError, identityProblem, parseAnswer, readStatus } from "../../kube/mod.ts";
import { MalformedWatchError, TransformError } from "../errors.ts";
import { LineSplitter } from "./lines.ts";
import { refusePromise } from "../refuse_promise.ts";
import type { WatchEvent } from "../types.ts";

/** Says how far a watch has come, without any change. */
export interface Bookmark {
  readonly type: "BOOKMARK";
  readonly object: {
    readonly metadata: { readonly resourceVersion: string; readonly annotations?: Readonly<Record<string, string>> };
  };
}

/** What one line of a watch says. */
export type WatchLine<T extends KubeObject> = WatchEvent<T> | Bookmark;

/** What one network read brought. */
export interface WatchChunk<T extends KubeObject> {
  /** What the lines said, in order. */
  readonly lines: readonly WatchLine<T>[];
  /** Why the watch cannot be read further than that; `undefined` when it can. */
  readonly error: unknown;
}

/** Whether a line marks the end of a streaming list. */
export function endsList(line: WatchLine<KubeObject>): boolean {
  return line.type === "BOOKMARK" && line.object.metadata.annotations?.["k8s.io/initial-events-end"] === "true";
}

/** Reads the lines of one connection. */
export class WatchDecoder<T extends KubeObject> {
  readonly #splitter = new LineSplitter();
  readonly #kind: string;
  readonly #apiVersion: string;
  readonly #transform: ((object: T) => T) | undefined;
  /** Whether nothing of this connection has been understood yet. */
  #first = true;

  /** @param kind What is watched. @param transform Changes each object on its way in. */
  constructor(kind: ResourceKind<T>, transform?: (object: T) => T) {
    this.#kind = kind.kind;
    this.#apiVersion = apiVersionOf(kind);
    this.#transform = transform;
  }

  /** Takes in what one network read brought. What comes before an error is not lost. */
  push(chunk: Uint8Array): WatchChunk<T> {
    const lines: WatchLine<T>[] = [];
    let texts: readonly string[] = [];
    try {
      texts = this.#splitter.push(chunk);
      for (const text of texts) lines.push(this.#read(text));
      return { lines, error: undefined };
    } catch (error) {
      const isJson = !(error instanceof SyntaxError);
      return { lines, error: isJson ? error : this.#unreadable([...texts.slice(lines.length), this.#splitter.rest]) };
    }
  }

  /**
   * The server has ended the watch.
   *
   * @throws {MalformedWatchError} If it did so inside a line.
   * @throws {ApiError} If all it said is that it refuses.
   */
  end(): void {
    if (this.#splitter.rest !== "") throw this.#unreadable([this.#splitter.rest]);
  }

  #read(line: string): WatchLine<T> {
    const read = this.#check(JSON.parse(line)) as WatchLine<T>;
    this.#first = false;
    if (!this.#transform || read.type === "BOOKMARK") return read;
    return { type: read.type, object: transformed(read.object, this.#transform) };
  }

  #check(line: RawLine | null): RawLine {
    switch (line?.type) {
      case "ADDED":
      case "MODIFIED":
      case "DELETED":
        this.#checkObject(line.type, line.object);
        return line;
      case "BOOKMARK":
        checkBookmark(line);
        return line;
      case "ERROR":
        throw statusError(line.object);
      default:
        if (line?.kind === "Status") throw statusError(line);
        throw new MalformedWatchError(`an event has a type that is not known: current value is ${wordOf(line?.type)}`);
    }
  }

  #checkObject(type: string, object: RawLine["object"]): void {
    if (object?.kind !== this.#kind || object.apiVersion !== this.#apiVersion) {
      throw new MalformedWatchError(
        `an event of type ${type} has no ${this.#kind} (${this.#apiVersion}): current kind is ${wordOf(object?.kind)}`,
      );
    }
    const problem = identityProblem(object.metadata, true);
    if (problem !== undefined) throw new MalformedWatchError(`of the object of an event of type ${type}, ${problem}`);
  }

  /**
   * The first thing on a connection may be an error answer instead of a watch: the clients do not always recognise one.
   * Text of events is never shown, as it may be secret.
   */
  #unreadable(texts: readonly string[]): unknown {
    const malformed = new MalformedWatchError("it holds a line that is no whole JSON text");
    if (!this.#first) return malformed;
    const answer = texts.join("\n");
    try {
      parseAnswer(new TextEncoder().encode(answer));
      return malformed;
    } catch (error) {
      return error instanceof ApiError || !answer.startsWith("{") ? error : malformed;
    }
  }
}

/** An object as the rest of the process is to see it. */
export function transformed<T extends KubeObject>(object: T, transform: ((object: T) => T) | undefined): T {
  if (!transform) return object;
  try {
    const made: unknown = transform(object);
    refusePromise(made);
    if (typeof (made as T | undefined)?.metadata?.name === "string") return made as T;
    throw new TypeError("it returned no object with a name");
  } catch (error) {
    throw new TransformError(describeObject(object, object.metadata), error);
  }
}

/** What a line may hold, before it is checked. */
interface RawLine {
  readonly type?: unknown;
  readonly kind?: unknown;
  readonly object?: { readonly kind?: unknown; readonly apiVersion?: unknown; readonly metadata?: unknown } | null;
}

/** Says that a watch has come this far. It is of the kind, and has nothing but a version. */
function checkBookmark({ object }: RawLine): void {
  const { resourceVersion } = (object?.metadata ?? {}) as { resourceVersion?: unknown };
  if (typeof resourceVersion === "string" && resourceVersion !== "") return;
  throw new MalformedWatchError("an event of type BOOKMARK has no resourceVersion");
}

function statusError(status: unknown): Error {
  if (typeof status === "object" && status !== null && (status as { kind?: unknown }).kind === "Status") {
    return new ApiError(readStatus(status as Record<string, unknown>));
  }
  return new MalformedWatchError("the server sent an error without saying which");
}

/** A word, for errors; what else stands in its place is not shown. */
function wordOf(value: unknown): string {
  return typeof value === "string" && /^\w{1,60}$/.test(value) ? JSON.stringify(value) : typeof value;
}
