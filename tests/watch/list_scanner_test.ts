/** Lists cut to pieces while they come: of any list, however its bytes are cut, the items are what they are. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { MalformedListError } from "../../lib/watch/mod.ts";
import type { ItemSlice } from "../../lib/watch/bytes/item_queue.ts";
import { ListScanner } from "../../lib/watch/bytes/list_scanner.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

/** How many lists are cut; more by `STAIRCASE_SCANNED_LISTS=100000`. */
const LISTS = Number(Deno.env.get("STAIRCASE_SCANNED_LISTS") ?? 4_000);

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const BITS = [
  "a",
  '"',
  "\\",
  "é",
  "𝄞",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\n",
  "items",
  "metadata",
  "\\\\\\",
  "x".repeat(30),
];

/** A list with whatever JSON can hold, most of it of the kind that a careless reader trips over. */
class Lists {
  readonly #random: () => number;

  constructor(seed: number) {
    const source = seededRandom(seed);
    this.#random = () => source.next();
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  oneIn(chance: number): boolean {
    return this.below(chance) === 0;
  }

  #text(): string {
    return Array.from({ length: this.below(this.oneIn(10) ? 300 : 12) }, () => BITS[this.below(BITS.length)]).join("");
  }

  #value(depth: number): unknown {
    const what = this.below(4);
    if (depth === 0 || what < 2) return [this.#text(), 1, null, true, -1.5][this.below(5)];
    if (what === 2) return Array.from({ length: this.below(4) }, () => this.#value(depth - 1));
    const key = () => ["metadata", "items", "managedFields", this.#text()][this.below(4)]!;
    return Object.fromEntries(Array.from({ length: this.below(4) }, () => [key(), this.#value(depth - 1)]));
  }

  /** As the API server has them, with any keys; or whatever. */
  #managedFields(): unknown {
    if (this.oneIn(3)) return this.#value(2);
    const keys = () => Array.from({ length: this.below(4) }, () => [`k:${this.#text()}`, this.#value(1)]);
    return Array.from({ length: this.below(3) }, () => ({ manager: "m", fieldsV1: Object.fromEntries(keys()) }));
  }

  #item(at: number): Item {
    const metadata = {
      name: `n${at}`,
      ...(this.oneIn(3) && { managedFields: this.#managedFields() }),
      labels: this.#value(2),
      ...(this.oneIn(2) && { managedFields: this.#managedFields() }),
      ...(this.oneIn(3) && { more: 1 }),
    };
    return { ...(this.oneIn(2) && { apiVersion: this.#text() }), metadata, data: this.#value(3) };
  }

  list(): { items: Item[] } & Record<string, unknown> {
    const items = Array.from({ length: this.below(6) }, (_, at) => this.#item(at));
    const metadata = { resourceVersion: "5", continue: this.#text() };
    if (this.oneIn(2)) return { kind: "L", metadata, items };
    return { apiVersion: "v1", items, odd: { items: [1] }, metadata, text: '"items":[' };
  }

  json(list: unknown): string {
    return JSON.stringify(list, null, [undefined, undefined, 1, "\t"][this.below(4)]);
  }
}

interface Item {
  data?: unknown;
  metadata: Record<string, unknown>;
}

/** The expected text of an item: without the `managedFields` of its metadata. */
function withoutManagedFields({ metadata, ...rest }: Item): Item {
  const { managedFields, ...kept } = metadata;
  const isLeftOut = typeof managedFields === "object" && managedFields !== null;
  return { ...rest, metadata: isLeftOut ? kept : metadata };
}

/** Gives a list to a scanner in pieces, and takes its items now and then: one by one, or together. */
function cut(scanner: ListScanner, bytes: Uint8Array, lists: Lists): { items: Item[]; metadata: string[] } {
  const items: Item[] = [];
  const metadata: string[] = [];
  const takeOne = (slice: ItemSlice, at: number) => {
    const length = slice.lengthOf(at);
    metadata.push(DECODER.decode(slice.metadata(at)));
    const bytes = slice.item(at);
    assertEquals(bytes.length, length);
    assertEquals(slice.lengthOf(at), length);
    return JSON.parse(DECODER.decode(bytes));
  };
  const take = () => {
    for (let slice = scanner.take(lists.below(200)); slice; slice = scanner.take(lists.below(200))) {
      const { count } = slice;
      const together = lists.oneIn(2) ? JSON.parse(DECODER.decode(slice.together())) : undefined;
      const each = Array.from({ length: count }, (_, at) => takeOne(slice, at));
      if (together) assertEquals(together, each);
      assertEquals(JSON.parse(DECODER.decode(slice.together())), each);
      items.push(...each);
    }
  };
  const step = lists.oneIn(3) ? 1 : 1 + lists.below(400);
  for (let at = 0; at < bytes.length; at += step) {
    scanner.push(bytes.subarray(at, at + step));
    if (lists.oneIn(2)) take();
  }
  take();
  scanner.finish();
  return { items, metadata };
}

Deno.test("of any list, however it is cut and whatever room there is at first, the items and what stands around them are found", () => {
  let shortened = 0;
  for (let seed = 0; seed < LISTS; seed++) {
    const lists = new Lists(seed);
    const list = lists.list();
    const text = lists.json(list);
    const scanner = new ListScanner([4, 64, 1_000, 100_000][lists.below(4)]);
    // The second time, the buffer still has bytes of the first list.
    for (let round = 0; round < 2; round++) {
      const { items, metadata } = cut(scanner, ENCODER.encode(text), lists);
      // With spaces in between, they are not where the API server writes them.
      const found = text.includes("\n") ? list.items : list.items.map(withoutManagedFields);
      assertEquals(items, found, `seed ${seed}`);
      assertEquals(JSON.parse(DECODER.decode(scanner.around)), { ...list, items: [] }, `seed ${seed}`);
      for (const [at, found] of metadata.entries()) {
        if (found === "") assert(text.includes("\n"), `seed ${seed}: the metadata are not found where they always are`);
        else assertEquals(JSON.parse(found), items[at]!.metadata, `seed ${seed}`);
        if ("managedFields" in list.items[at]!.metadata && !("managedFields" in items[at]!.metadata)) shortened += 1;
      }
      scanner.reset();
    }
  }
  assert(shortened > LISTS / 10, "managedFields are left out");
});

Deno.test("an answer that is not a list of objects is refused at once, and one that is cut off at its end", () => {
  for (const items of ["null", "1", '"a"', "[{}]", ",{}", "{}{}", "{},,{}", "{},"]) {
    const scanner = new ListScanner();
    assertThrows(() => scanner.push(ENCODER.encode(`{"items":[${items}]}`)), MalformedListError, undefined, items);
  }
  for (const text of ['{"items":[', '{"items":[{"a":"', '{"items":[{}', '{"items":[{},']) {
    const scanner = new ListScanner();
    scanner.push(ENCODER.encode(text));
    assertThrows(() => scanner.finish(), MalformedListError, "cut off", text);
  }
});

Deno.test("what is held of a long list is no more than what has come and was not taken", () => {
  const item = ENCODER.encode(`{"metadata":{"name":"a"},"data":"${"x".repeat(1_000)}"},`);
  const scanner = new ListScanner(4_096);
  scanner.push(ENCODER.encode('{"items":['));
  for (let count = 0; count < 10_000; count++) {
    scanner.push(item);
    assertEquals(scanner.take(10_000)?.count, 1);
    assert(scanner.held <= 8_192, `${scanner.held} bytes are held`);
  }
});
