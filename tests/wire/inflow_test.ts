import { assert, assertEquals, assertRejects } from "@std/assert";
import { Inflow } from "../../lib/wire/inflow.ts";
import { PiecesSource, shown } from "./pieces.ts";

const fill = async (inflow: Inflow) => inflow.took(await inflow.more());
const held = (inflow: Inflow) => shown(inflow.buffer.subarray(inflow.start, inflow.end));

Deno.test("bytes are kept until they are taken, and in their order", async () => {
  const inflow = new Inflow(new PiecesSource(["ab", "cd", "ef"]));
  await fill(inflow);
  await fill(inflow);
  assertEquals([held(inflow), inflow.available], ["abcd", 4]);
  inflow.start += 3;
  await fill(inflow);
  assertEquals(held(inflow), "def");
});

Deno.test("the end is reported, again and again", async () => {
  const inflow = new Inflow(new PiecesSource(["ab"]));
  assertEquals([await fill(inflow), await fill(inflow), await fill(inflow)], [true, false, false]);
  assertEquals(held(inflow), "ab");
});

Deno.test("errors of the source are thrown", async () => {
  const inflow = new Inflow(new PiecesSource([], new Deno.errors.ConnectionReset("x")));
  await assertRejects(() => fill(inflow), Deno.errors.ConnectionReset);
});

Deno.test("a read that was started early is not repeated, and its bytes are there when they are awaited", async () => {
  const source = new PiecesSource(["ab", "cd"]);
  const inflow = new Inflow(source);
  assertEquals(await inflow.listen(), 2);
  assertEquals([await fill(inflow), held(inflow), source.reads], [true, "ab", 1]);
  await fill(inflow);
  assertEquals([held(inflow), source.reads], ["abcd", 2]);
});

Deno.test("a buffer whose bytes are consumed is reused and does not grow", async () => {
  const source = PiecesSource.endless("x".repeat(100_000));
  const inflow = new Inflow(source);
  for (let round = 0; round < 50; round++) {
    await fill(inflow);
    inflow.start = inflow.end - round;
  }
  assertEquals(source.largestRoom, 64 * 1024);
  assertEquals(inflow.buffer.length, 64 * 1024);
});

Deno.test("small pieces do not grow the buffer", async () => {
  const inflow = new Inflow(PiecesSource.endless("x".repeat(100)));
  for (let round = 0; round < 1_000; round++) {
    await fill(inflow);
    inflow.start = inflow.end;
  }
  assertEquals(inflow.buffer.length, 16 * 1024);
});

Deno.test("the buffer grows with what is held, by doubling, and nothing is lost", async () => {
  let at = 0;
  const inflow = new Inflow(
    new PiecesSource((function* () {
      for (;;) yield String.fromCharCode(at++ % 251);
    })()),
  );
  await fill(inflow);
  inflow.start = 1;
  for (let count = 0; count < 100_000; count++) await fill(inflow);
  const bytes = inflow.buffer.subarray(inflow.start, inflow.end);
  assertEquals(bytes.length, 100_000);
  assert(bytes.every((byte, index) => byte === (index + 1) % 251));
  assertEquals(inflow.buffer.length, 128 * 1024);
});

Deno.test("bytes are moved as far as there are some, and as far as there is room", async () => {
  const inflow = new Inflow(new PiecesSource(["abcdef"]));
  await fill(inflow);
  const target = new Uint8Array(4);
  assertEquals([inflow.moveTo(target), shown(target), held(inflow)], [4, "abcd", "ef"]);
  assertEquals([inflow.moveTo(target), shown(target.subarray(0, 2)), held(inflow)], [2, "ef", ""]);
  assertEquals(inflow.moveTo(target), 0);
});
