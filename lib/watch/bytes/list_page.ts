/** Reads one page of a list from the bytes of the answer: while it arrives, or as a whole. */

import { type KubeObject, messageOf, type ObjectMeta, type ResourceKind } from "../../model/mod.ts";
import { type AnsweredList, answerProblem, identityProblem, parseAnswer, readItems } from "../../kube/mod.ts";
import type { WatchConnection } from "./connection.ts";
import { transformed } from "./decode.ts";
import { MalformedListError } from "../errors.ts";
import type { ItemSlice } from "./item_queue.ts";
import type { ListScanner } from "./list_scanner.ts";
import { isReduced, reduced } from "../reduced.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What is known at the end of a page. */
export interface PageEnd {
  /** The resource version of the whole list. */
  readonly resourceVersion: string;
  /** The continue token of the next page; `undefined` on the last page. */
  readonly token: string | undefined;
}

/** One page of a list. */
export interface ListPage<T extends KubeObject> extends PageEnd {
  readonly objects: readonly T[];
}

/** A part of a page. */
export interface PagePart<T extends KubeObject> {
  readonly objects: readonly T[];
  /** Set on the last part. */
  readonly end: PageEnd | undefined;
}

/** How to read the objects of a page. */
export interface ItemReading<T extends KubeObject> {
  readonly kind: ResourceKind<T>;
  /** Called with each whole object; its result is used instead. */
  readonly transform: ((object: T) => T) | undefined;
  /**
   * Whether an object is wanted whole; of the others only the metadata is parsed. If this is `undefined`, all are wanted whole.
   *
   * @param metadata The object's metadata.
   * @param bytes The size of its JSON.
   */
  readonly isWhole: ((metadata: ObjectMeta, bytes: number) => boolean) | undefined;
}

/** How many bytes of items to parse at a time: enough to make a call cheap, few enough to hold in memory. */
const SLICE = 128 * 1024;

/**
 * If the continue token comes after the items, up to so many bytes of items are held back until it has arrived. So the server
 * makes the next page while this one is parsed.
 */
const HELD_BACK = 2 * 1024 * 1024;

/** Reads one page while it arrives. */
export class PageReader<T extends KubeObject> {
  readonly #connection: WatchConnection;
  readonly #scanner: ListScanner;
  readonly #reading: ItemReading<T>;
  readonly #onToken: (token: string) => void;
  #token: string | undefined;
  #isReleased = false;
  #isOver = false;
  /** How many bytes have arrived. */
  bytes = 0;

  /**
   * @param connection The answer.
   * @param scanner Splits it into items. It must have finished the previous page.
   * @param reading How to read the objects.
   * @param onToken Called before anything is parsed, with what is probably the continue token.
   */
  constructor(
    connection: WatchConnection,
    scanner: ListScanner,
    reading: ItemReading<T>,
    onToken: (token: string) => void,
  ) {
    this.#connection = connection;
    this.#scanner = scanner;
    this.#reading = reading;
    this.#onToken = onToken;
    scanner.reset();
  }

  /** The continue token that was passed to `onToken`. */
  get guessedToken(): string | undefined {
    return this.#token;
  }

  /**
   * Reads the next objects.
   *
   * @throws {ApiError} If the API server refused the request.
   * @throws {UnexpectedAnswerError} If the answer is not JSON.
   * @throws {MalformedListError} If it is not a list of that kind with items and a resource version.
   * @throws {TransformError} If `transform` throws.
   */
  async read(): Promise<PagePart<T>> {
    for (;;) {
      this.#isReleased ||= this.#mayParse();
      if (this.#isReleased) {
        const slice = this.#isOver || this.#scanner.complete >= SLICE ? this.#scanner.take(SLICE) : undefined;
        const objects = slice ? this.#parse(slice) : [];
        // Also if there are no items: a refusal must not count as an empty list.
        if (this.#isOver && this.#scanner.complete === 0) return { objects, end: this.#readEnd() };
        if (slice) return { objects, end: undefined };
      }
      await this.#fill();
    }
  }

  /** Closes the connection. */
  close(reason: unknown): void {
    this.#connection.close(reason);
  }

  #mayParse(): boolean {
    const metadata = this.#isOver || this.#scanner.hasItems ? listMetadata(this.#scanner.around) : undefined;
    const token = metadata && TOKEN.exec(metadata)?.[1];
    if (token !== undefined) {
      this.#token = token;
      this.#onToken(token);
    }
    return metadata !== undefined || this.#isOver || this.#scanner.held >= HELD_BACK;
  }

  async #fill(): Promise<void> {
    const bytes = await this.#connection.read();
    if (bytes) {
      // The API server sends lists in chunks of some kilobytes, and one read returns many of them.
      for (let piece: Uint8Array | undefined = bytes; piece; piece = this.#connection.here()) {
        this.bytes += piece.length;
        this.#scanner.push(piece);
      }
      return;
    }
    this.#isOver = true;
    this.#connection.close(undefined);
    this.#scanner.finish();
  }

  #readEnd(): PageEnd {
    return pageEnd(parseAnswer(this.#scanner.around), this.#reading.kind);
  }

  #parse(slice: ItemSlice): T[] {
    const { transform } = this.#reading;
    const objects = this.#reading.isWhole
      ? this.#parseEach(slice)
      : this.#itemsOf(parseJson(slice.together()) as unknown[]);
    return transform ? objects.map((object) => isReduced(object) ? object : transformed(object, transform)) : objects;
  }

  #parseEach(slice: ItemSlice): T[] {
    return Array.from({ length: slice.count }, (_, at) => {
      const one = this.#parseMetadata(slice.metadata(at), slice.lengthOf(at));
      return one ?? this.#itemsOf([parseJson(slice.item(at))])[0]!;
    });
  }

  /** The reduced object; `undefined` if it is wanted whole. */
  #parseMetadata(bytes: Uint8Array, length: number): T | undefined {
    if (bytes.length === 0) return undefined;
    const metadata = parseJson(bytes) as ObjectMeta;
    if (identityProblem(metadata, true) !== undefined || this.#reading.isWhole!(metadata, length)) return undefined;
    return reduced(this.#reading.kind, metadata, length);
  }

  #itemsOf(items: unknown[]): T[] {
    return readItems<T>({ metadata: {}, items }, this.#reading.kind, malformed);
  }
}

/**
 * Reads a page as a whole.
 *
 * @throws As {@link PageReader.read}.
 */
export function readListPage<T extends KubeObject>(
  bytes: Uint8Array,
  kind: ResourceKind<T>,
  transform?: (object: T) => T,
): ListPage<T> {
  const answer = parseAnswer(bytes);
  const end = pageEnd(answer, kind);
  const items = readItems<T>(answer as AnsweredList, kind, malformed);
  const objects = transform ? items.map((item) => transformed(item, transform)) : items;
  return { objects, ...end };
}

function pageEnd(answer: unknown, kind: ResourceKind): PageEnd {
  const problem = answerProblem(answer, { verb: "list", kind });
  if (problem !== undefined) throw malformed(problem);
  const { resourceVersion, continue: token } = (answer as AnsweredList).metadata;
  if (resourceVersion === undefined) throw malformed("it has no resourceVersion");
  return { resourceVersion, token: token || undefined };
}

function malformed(problem: string): MalformedListError {
  return new MalformedListError(problem);
}

/** The errors never show the content, because it may be secret. */
function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch (error) {
    throw malformed(`an item is not valid UTF-8 (${messageOf(error)})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("an item is not valid JSON");
  }
}

/** The API server never writes more than this around the items. */
const LONGEST_AROUND = 4_096;

/** The list's own metadata: before the items for built-in kinds, after them for others. */
const METADATA = /"metadata":\{[^{}]*\}/;
/** The continue token. It is a guess until the page has been parsed. */
const TOKEN = /"continue":"([\w.=-]+)"/;

const LATIN = new TextDecoder("latin1");

/** What is probably the list's own metadata, from the bytes around its items; `undefined` if it has not arrived. */
function listMetadata(around: Uint8Array): string | undefined {
  return around.length > LONGEST_AROUND ? undefined : METADATA.exec(LATIN.decode(around))?.[0];
}
