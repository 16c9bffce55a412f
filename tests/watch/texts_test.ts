import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/testing/mod.ts";
import { type TextRef, Texts } from "../../lib/watch/cache/texts.ts";

const SLAB = 256 * 1024;

Deno.test("a text is read as it was stored, whatever its characters", () => {
  const texts = new Texts();
  const all = ["{}", "ä", "日本語", "🏗️", "\u0000\n", "x".repeat(1_000), "a".repeat(3) + "é"];
  all.forEach((text, slot) => texts.add(slot, text));
  assertEquals(all.map((_, slot) => texts.read(slot)), all);
});

Deno.test("a text larger than a slab is read as it was stored, and so are its neighbours", () => {
  const texts = new Texts();
  const all = ["before", "x".repeat(SLAB), "é".repeat(SLAB), "after", "y".repeat(SLAB - 8)];
  all.forEach((text, slot) => texts.add(slot, text));
  texts.delete(1);
  texts.add(1, "small");
  assertEquals(all.map((_, slot) => texts.read(slot)), ["before", "small", ...all.slice(2)]);
});

Deno.test("a reference stays valid when its slot gets another text, wherever texts are moved", () => {
  const texts = new Texts();
  texts.add(0, "first");
  const ref = texts.refer(0);
  for (let round = 0; round < 5_000; round++) {
    texts.delete(0);
    texts.add(0, `${round} ${"x".repeat(200)}`);
  }
  assertEquals(ref.read(), "first");
});

Deno.test("whatever is added and deleted, each slot has its text, and slabs take a third more than texts at most", () => {
  const source = seededRandom(7);
  const random = (below: number) => Math.floor(source.next() * below);
  const texts = new Texts();
  const truth = new Map<number, string>();
  const refs: { readonly ref: TextRef; readonly text: string }[] = [];
  for (let round = 0; round < 30_000; round++) {
    const slot = random(2_000);
    if (random(100) === 0 && truth.has(slot)) refs.push({ ref: texts.refer(slot), text: truth.get(slot)! });
    texts.delete(slot);
    truth.delete(slot);
    if (random(3) === 0) continue;
    const text = `${round} ${"é".repeat(random(400))}`;
    texts.add(slot, text);
    truth.set(slot, text);
  }
  for (let slot = 0; slot < 2_000; slot++) {
    assertEquals(texts.has(slot) ? texts.read(slot) : undefined, truth.get(slot));
  }
  for (const { ref, text } of refs) assertEquals(ref.read(), text);
  const bytes = [...truth.values()].reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  assertEquals(texts.bytes, bytes);
  // A header and what fills it up to four bytes take ten bytes a text; the last slab need not be full.
  assert(texts.capacity < (bytes + truth.size * 12) * 4 / 3 + 2 * SLAB, `${texts.capacity} for ${bytes}`);
});

Deno.test("when all texts are deleted, only the slab that is written to is kept", () => {
  const texts = new Texts();
  for (let slot = 0; slot < 1_000; slot++) texts.add(slot, "x".repeat(2_000));
  for (let slot = 0; slot < 1_000; slot++) texts.delete(slot);
  assertEquals([texts.bytes, texts.capacity], [0, SLAB]);
});
