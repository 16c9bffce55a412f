/** One page of a list, out of the bytes of the answer: bit by bit, or as a whole. */

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
  /** The version of the whole list. */
  readonly resourceVersion: string;
  /** What asks for the next page; `undefined` for the last one. */
  readonly token: string | undefined;
}

/** One page of a list. */
export interface ListPage<T extends KubeObject> extends PageEnd {
  readonly objects: readonly T[];
}

/** A part of a page. */
export interface PagePart<T extends KubeObject> {
  readonly objects: readonly T[];
  /** Given with the last part. */
  readonly end: PageEnd | undefined;
}

/** How the objects of a page are read. */
export interface ItemReading<T extends KubeObject> {
  readonly kind: ResourceKind<T>;
  /** Changes each object. */
  readonly transform: ((object: T) => T) | undefined;
  /**
   * Whether an object is wanted whole. Of others, nothing but the metadata is parsed. `undefined` when all are.
   *
   * @param metadata Its metadata.
   * @param bytes How long its JSON is.
   */
  readonly isWhole: ((metadata: ObjectMeta, bytes: number) => boolean) | undefined;
}

/** So many bytes of items are parsed at a time: enough that a call costs little, and little enough to hold. */
const SLICE = 128 * 1024;

/**
 * When the token of the next page does not stand in front, so many bytes of items are held back until it has come, so that the
 * server makes the next page while this one is parsed.
 */
const HELD_BACK = 2 * 1024 * 1024;

/** Reads one page while it comes. */
export class PageReader<T extends KubeObject> {
  readonly #connection: WatchConnection;
  readonly #scanner: ListScanner;
  readonly #reading: ItemReading<T>;
  readonly #onToken: (token: string) => void;
  #token: string | undefined;
  #isReleased = false;
  #isOver = false;
  /** How many bytes have come. */
  bytes = 0;

  /**
   * @param connection Where the page comes from.
   * @param scanner Cuts it to pieces. The page before is over.
   * @param reading How its objects are read.
   * @param onToken Told, before anything is parsed, what probably asks for the next page.
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

  /** What the next page was probably asked for with. */
  get guessedToken(): string | undefined {
    return this.#token;
  }

  /**
   * The next objects.
   *
   * @throws {ApiError} If the answer is a refusal.
   * @throws {UnexpectedAnswerError} If the answer is not JSON.
   * @throws {MalformedListError} If it is no list of that kind, with items and a version.
   * @throws {TransformError} If `transform` throws.
   */
  async read(): Promise<PagePart<T>> {
    for (;;) {
      this.#isReleased ||= this.#mayParse();
      if (this.#isReleased) {
        const slice = this.#isOver || this.#scanner.complete >= SLICE ? this.#scanner.take(SLICE) : undefined;
        const objects = slice ? this.#parse(slice) : [];
        // Without a look at what stands around, a refusal would be a list without items.
        if (this.#isOver && this.#scanner.complete === 0) return { objects, end: this.#readEnd() };
        if (slice) return { objects, end: undefined };
      }
      await this.#fill();
    }
  }

  /** Ends it. */
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
      // The API server writes lists in chunks of some kilobytes, of which one read brings many.
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

  /** The object, reduced; `undefined` when it is wanted whole. */
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

/** What is in it is never shown, as it may be secret. */
function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch (error) {
    throw malformed(`an item is no UTF-8 (${messageOf(error)})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("an item is no JSON");
  }
}

/** What stands around items, when it is longer, is no list as the API server writes them. */
const LONGEST_AROUND = 4_096;

/** In front of the items of built-in kinds, and behind those of others. */
const METADATA = /"metadata":\{[^{}]*\}/;
/** What asks for the next page, to be compared with what the parsed page says. */
const TOKEN = /"continue":"([\w.=-]+)"/;

const LATIN = new TextDecoder("latin1");

/** What are probably the list's own metadata, out of what stands around its items; `undefined` when they have not come. */
function listMetadata(around: Uint8Array): string | undefined {
  return around.length > LONGEST_AROUND ? undefined : METADATA.exec(LATIN.decode(around))?.[0];
}
