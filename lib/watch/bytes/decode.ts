/** Decodes the bytes of a watch into events, bookmarks and errors. */

import { apiVersionOf, describeObject, type KubeObject, type ResourceKind } from "../../model/mod.ts";
import { ApiError, identityProblem, parseAnswer, readStatus } from "../../kube/mod.ts";
import { MalformedWatchError, TransformError } from "../errors.ts";
import { LineSplitter } from "./lines.ts";
import { refusePromise } from "../refuse_promise.ts";
import type { WatchEvent } from "../types.ts";

/** A bookmark: says which version the watch has reached, without a change. */
export interface Bookmark {
  readonly type: "BOOKMARK";
  readonly object: {
    readonly metadata: { readonly resourceVersion: string; readonly annotations?: Readonly<Record<string, string>> };
  };
}

export type WatchLine<T extends KubeObject> = WatchEvent<T> | Bookmark;

/** The lines of one network read. */
export interface WatchChunk<T extends KubeObject> {
  readonly lines: readonly WatchLine<T>[];
  /** Why the watch cannot be read further than these lines; `undefined` if it can. */
  readonly error: unknown;
}

/** Whether a line is the bookmark that ends a streaming list. */
export function endsList(line: WatchLine<KubeObject>): boolean {
  return line.type === "BOOKMARK" && line.object.metadata.annotations?.["k8s.io/initial-events-end"] === "true";
}

/** Decodes the lines of one connection. */
export class WatchDecoder<T extends KubeObject> {
  readonly #splitter = new LineSplitter();
  readonly #kind: string;
  readonly #apiVersion: string;
  readonly #transform: ((object: T) => T) | undefined;
  /** Whether no line of this connection has been decoded yet. */
  #first = true;

  constructor(kind: ResourceKind<T>, transform?: (object: T) => T) {
    this.#kind = kind.kind;
    this.#apiVersion = apiVersionOf(kind);
    this.#transform = transform;
  }

  /** Decodes the bytes of one network read. Lines before an error are returned with it. */
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
   * To be called when the server has ended the watch.
   *
   * @throws {MalformedWatchError} If it ended inside a line.
   * @throws {ApiError} If the answer was an error instead of a watch.
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
        throw new MalformedWatchError(`an event has an unknown type: current value is ${wordOf(line?.type)}`);
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
   * The error for text that is not JSON. At the beginning of a connection it may be an error answer that the client has not
   * recognised. The text of events is never shown, as it may be secret.
   */
  #unreadable(texts: readonly string[]): unknown {
    const malformed = new MalformedWatchError("it has a line that is not complete JSON");
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

/** Applies the user's `transform`. @throws {TransformError} If that throws, or returns something that is not an object. */
export function transformed<T extends KubeObject>(object: T, transform: ((object: T) => T) | undefined): T {
  if (!transform) return object;
  try {
    const made: unknown = transform(object);
    refusePromise(made);
    if (typeof (made as T | undefined)?.metadata?.name === "string") return made as T;
    throw new TypeError("it did not return an object with a name");
  } catch (error) {
    throw new TransformError(describeObject(object, object.metadata), error);
  }
}

/** A parsed line, not yet checked. */
interface RawLine {
  readonly type?: unknown;
  readonly kind?: unknown;
  readonly object?: { readonly kind?: unknown; readonly apiVersion?: unknown; readonly metadata?: unknown } | null;
}

/** Checks that a bookmark has a version; it has nothing else. */
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

/** Shows a value in an error only if it is one word; otherwise only its type. */
function wordOf(value: unknown): string {
  return typeof value === "string" && /^\w{1,60}$/.test(value) ? JSON.stringify(value) : typeof value;
}
