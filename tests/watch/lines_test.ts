import { assertEquals, assertThrows } from "@std/assert";
import { LineSplitter } from "../../lib/watch/bytes/lines.ts";
import { MalformedWatchError } from "../../lib/watch/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

const encoder = new TextEncoder();

/** What comes of bytes that are cut there. */
function linesOf(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const splitter = new LineSplitter();
  const ends = [...cuts, bytes.length];
  return ends.flatMap((end, at) => splitter.push(bytes.subarray(ends[at - 1] ?? 0, end)));
}

Deno.test("wherever bytes are cut, the lines are those of the whole, with every character", () => {
  // One that some decoders leave out stands where chunks may begin, too.
  const lines = ["{}", '"é日\u{1f600}"', "\ufeff", '"\ufffd"', '"\ufeffa\ufeff"', "x".repeat(300), '"\x7f\x80"'];
  const random = seededRandom(5);
  const below = (bound: number) => Math.floor(random.next() * bound);
  for (let round = 0; round < 500; round++) {
    const texts = Array.from({ length: 1 + below(6) }, () => lines[below(lines.length)]!);
    texts.unshift("first");
    const bytes = encoder.encode(texts.map((text) => `${text}\n`).join(""));
    const cuts = Array.from({ length: below(8) }, () => below(bytes.length)).toSorted((a, b) => a - b);
    // A line of white space is a blank one, and to JavaScript this character is white space.
    assertEquals(linesOf(bytes, cuts), texts.filter((text) => text.trim() !== ""), `${texts} at ${cuts}`);
  }
});

Deno.test("bytes that are not UTF-8 are an error wherever they are cut, never another character", () => {
  for (const bad of [[0xff], [0xc3, 0x28], [0xe3, 0x81, 0x0a], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98, 0x0a]]) {
    const bytes = new Uint8Array([...encoder.encode('first\n"'), ...bad, ...encoder.encode('"\n')]);
    for (let cut = 0; cut <= bytes.length; cut++) assertThrows(() => linesOf(bytes, [cut]), MalformedWatchError);
  }
});
