/** What stands around the items of a list: its kind and its metadata. It is little, and is kept until the list is over. */

import { MalformedListError } from "../errors.ts";

/** How many bytes before a list tell whether it is the list of the items. */
const LOOK_BACK = 64;

/** The items begin: a key of the outermost object, and nothing that only ends as one. */
const BEFORE_ITEMS = /(?<!\\)"items"\s*:\s*$/;

const LATIN = new TextDecoder("latin1");

/** Bytes that are added piece by piece. */
export class AroundItems {
  readonly #longest: number;
  #kept = new Uint8Array(1024);
  #length = 0;

  /** @param longest How many bytes there may be. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** What was kept so far. */
  get bytes(): Uint8Array {
    return this.#kept.subarray(0, this.#length);
  }

  /** Another list begins. */
  reset(): void {
    this.#length = 0;
  }

  /**
   * Keeps more.
   *
   * @throws {MalformedListError} If it is too long.
   */
  keep(more: Uint8Array): void {
    const needed = this.#length + more.length;
    if (needed > this.#longest) {
      throw new MalformedListError(`what stands around its items is longer than ${this.#longest} bytes`);
    }
    if (needed > this.#kept.length) {
      const larger = new Uint8Array(Math.max(needed, this.#kept.length * 2));
      larger.set(this.bytes);
      this.#kept = larger;
    }
    this.#kept.set(more, this.#length);
    this.#length = needed;
  }

  /** Whether the items follow. @param more What has come after what was kept. */
  areItemsNext(more: Uint8Array): boolean {
    const before = this.bytes.subarray(-LOOK_BACK);
    return BEFORE_ITEMS.test(LATIN.decode(before) + LATIN.decode(more.subarray(-LOOK_BACK)));
  }
}
