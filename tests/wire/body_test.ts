import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Framing } from "../../lib/wire/answer_head.ts";
import { Body } from "../../lib/wire/body.ts";
import { Inflow } from "../../lib/wire/inflow.ts";
import { LIMITS, WireError } from "../../lib/wire/mod.ts";
import { drips, PiecesSource, shown, splitInTwo } from "./pieces.ts";

const CHUNKED: Framing = { type: "chunked" };
const CLOSE: Framing = { type: "close" };
const length = (length: number): Framing => ({ type: "length", length });

/** What follows the answer, and must be left there. */
const NEXT = "HTTP/1.1 200 OK\r\n";

/** Reads a whole body. @returns The body, and the bytes after it. */
async function readAll(pieces: readonly string[], framing: Framing, limits: { head?: number; body?: number } = {}) {
  const source = new PiecesSource(pieces);
  const inflow = new Inflow(source);
  const bytes = await new Body(inflow, framing, { ...LIMITS, ...limits }).all();
  const left = shown(inflow.buffer.subarray(inflow.start, inflow.end)) + source.rest;
  return { body: shown(bytes), left };
}

async function assertRefused(text: string, framing: Framing, why?: string, limits?: { head?: number; body?: number }) {
  for (const pieces of [[text], drips(text), ...splitInTwo(text)]) {
    const error = await assertRejects(() => readAll(pieces, framing, limits), WireError, why, JSON.stringify(text));
    assertEquals(error.failure, "broken");
  }
}

/** A body is the same however it comes in, and nothing is taken of what follows. */
async function assertRead(text: string, framing: Framing, body: string, next = NEXT) {
  for (const pieces of [[text + next], [text, next], drips(text + next), ...splitInTwo(text + next)]) {
    assertEquals(await readAll(pieces, framing), { body, left: next }, JSON.stringify(pieces));
  }
}

Deno.test("a body with a length has so many bytes, however they arrive, and what follows is not read", async () => {
  await assertRead("hello", length(5), "hello");
  await assertRead("", length(0), "");
  await assertRead("\r\n\0\xff0\r\n", length(7), "\r\n\0\xff0\r\n");
});

Deno.test("an answer without a body has an empty one", async () => {
  await assertRead("", { type: "none" }, "");
});

Deno.test("a body that ends before its length is an error, not a shorter body", async () => {
  for (const text of ["", "hell"]) await assertRefused(text, length(5), "in the middle of the answer");
});

Deno.test("a body until the end of the connection is all that comes", async () => {
  await assertRead("hello\r\n\r\n", CLOSE, "hello\r\n\r\n", "");
  await assertRead("", CLOSE, "", "");
});

Deno.test("a body until the end of the connection is an error if the connection is reset", async () => {
  const inflow = new Inflow(new PiecesSource(["hello"], new Deno.errors.ConnectionReset("reset")));
  const error = await assertRejects(() => new Body(inflow, CLOSE, LIMITS).all(), WireError, "in the middle");
  assert(error.cause instanceof Deno.errors.ConnectionReset);
});

Deno.test("a body in chunks is their data", async () => {
  await assertRead("5\r\nhello\r\n0\r\n\r\n", CHUNKED, "hello");
  await assertRead("1\r\nh\r\n4\r\nello\r\n0\r\n\r\n", CHUNKED, "hello");
  await assertRead("0\r\n\r\n", CHUNKED, "");
  await assertRead("4\r\n\r\n\r\n\r\n00\r\n\r\n", CHUNKED, "\r\n\r\n");
  const text = "x".repeat(0xab);
  for (const size of ["ab", "AB", "aB", "00ab", "00000000000ab"]) {
    assertEquals((await readAll([`${size}\r\n${text}\r\n0\r\n\r\n${NEXT}`], CHUNKED)).body, text, size);
  }
});

Deno.test("extensions of chunks are ignored", async () => {
  for (const extension of [";", ";a", ";a=b", ";a=b;c", ' ;a="b;c"', "\t; a", ";\xe4=\xff", ";" + "x".repeat(4_000)]) {
    const text = `5${extension}\r\nhello\r\n0${extension}\r\n\r\n`;
    assertEquals(await readAll([text + NEXT], CHUNKED), { body: "hello", left: NEXT });
    assertEquals(await readAll(drips(text + NEXT), CHUNKED), { body: "hello", left: NEXT });
  }
});

Deno.test("blanks after a size are ignored, as some servers pad it", async () => {
  await assertRead("5  \r\nhello\r\n0 \r\n\r\n", CHUNKED, "hello");
});

Deno.test("a malformed chunk size is refused", async () => {
  for (
    const line of [
      "",
      " 5",
      "-5",
      "+5",
      "0x5",
      "5h",
      "5.",
      "g",
      "5 5",
      "5,5",
      "\xb2",
      "5\xa0",
      ";a",
      "5\0",
      "5\x0b",
      "_5",
    ]
  ) {
    await assertRefused(`${line}\r\nhello\r\n0\r\n\r\n`, CHUNKED, "the size of a chunk");
  }
});

Deno.test("a chunk size beyond JavaScript's integers is refused", async () => {
  for (const size of ["ffffffffffffffff", "10000000000000005", "00000000000005", "f".repeat(1_000)]) {
    await assertRefused(`${size}\r\nhello\r\n`, CHUNKED, "is not a number");
  }
});

Deno.test("a control character in an extension is refused, a line end in quotes too", async () => {
  for (const extension of [";a\0", ";a\x7f", ';a="\r"', ";a\r"]) {
    await assertRefused(`5${extension}\r\nhello\r\n0\r\n\r\n`, CHUNKED, "control characters");
  }
  await assertRefused('5;a="\n"\r\nhello\r\n0\r\n\r\n', CHUNKED, "does not end with CRLF");
});

Deno.test("a size of a chunk that ends with an LF alone is refused", async () => {
  await assertRefused("5\nhello\r\n0\r\n\r\n", CHUNKED, "does not end with CRLF");
  await assertRefused("5\r\nhello\r\n0\n\r\n", CHUNKED, "does not end with CRLF");
});

Deno.test("a line of a size without end is refused, however it comes in", async () => {
  const source = PiecesSource.endless(";");
  const inflow = new Inflow(source);
  await assertRejects(() => new Body(inflow, CHUNKED, LIMITS).all(), WireError, "does not end with CRLF");
  assert(source.count < 5_000, `${source.count}`);
  for (const count of [4_095, 4_096, 4_097]) {
    const text = `1;${"x".repeat(count - 3)}\r\nh\r\n0\r\n\r\n`;
    for (const pieces of [[text], drips(text)]) {
      const read = readAll(pieces, CHUNKED);
      if (count <= 4_096) assertEquals((await read).body, "h", `${count}`);
      else await assertRejects(() => read, WireError, "does not end with CRLF", `${count}`);
    }
  }
});

Deno.test("a chunk that is longer or shorter than it says is refused", async () => {
  for (const text of ["4\r\nhello\r\n", "6\r\nhello\r\n", "5\r\nhello\n", "5\r\nhello\r\r\n", "5\r\nhello0\r\n\r\n"]) {
    await assertRefused(`${text}0\r\n\r\n`, CHUNKED, "longer than it says");
  }
});

Deno.test("a body in chunks that ends early is an error, wherever", async () => {
  const text = "5;a=b\r\nhello\r\n3\r\nyou\r\n0\r\na: b\r\n\r\n";
  for (let at = 0; at < text.length; at++) {
    for (const pieces of [[text.slice(0, at)], drips(text.slice(0, at))]) {
      await assertRejects(() => readAll(pieces, CHUNKED), WireError, "in the middle of the answer", text.slice(0, at));
    }
  }
});

Deno.test("trailers are ignored", async () => {
  await assertRead("5\r\nhello\r\n0\r\na: b\r\nc: d\r\n\r\n", CHUNKED, "hello");
  await assertRead("0\r\ncontent-length: 100\r\ntransfer-encoding: x\r\n\r\n", CHUNKED, "");
});

Deno.test("malformed trailers are refused", async () => {
  for (const line of ["a", "HTTP/1.1 200 OK", " a: b", "a : b", "a: \0", "a: b\rc", ": b"]) {
    await assertRefused(`0\r\n${line}\r\n\r\n`, CHUNKED);
    await assertRefused(`0\r\nx: y\r\n${line}\r\n\r\n`, CHUNKED);
  }
  for (const text of ["\n", "\ra: b\r\n\r\n", "a: b\n\n", "a: b\r\n\n"]) await assertRefused(`0\r\n${text}`, CHUNKED);
});

Deno.test("trailers that are too long are refused, however they come in", async () => {
  const source = PiecesSource.endless("a: b\r\n", "0\r\n");
  await assertRejects(
    () => new Body(new Inflow(source), CHUNKED, { ...LIMITS, head: 1_000 }).all(),
    WireError,
    "too long",
  );
  assert(source.count < 1_100, `${source.count}`);
  for (const length of [999, 1_000, 1_001]) {
    const text = `0\r\na: ${"x".repeat(length - 7)}\r\n\r\n`;
    for (const pieces of [[text], drips(text), [text.slice(0, 500), text.slice(500)]]) {
      const read = readAll(pieces, CHUNKED, { head: 1_000 });
      if (length <= 1_000) assertEquals((await read).body, "", `${length}`);
      else await assertRejects(() => read, WireError, "too long", `${length}`);
    }
  }
});

Deno.test("a body that is longer than the limit is refused: by its length at once, else as soon as it is", async () => {
  const source = new PiecesSource(["x"]);
  await assertRejects(
    () => new Body(new Inflow(source), length(101), { ...LIMITS, body: 100 }).all(),
    WireError,
    "101",
  );
  assertEquals(source.reads, 0);
  await assertRefused("x".repeat(101), CLOSE, "too long", { body: 100 });
  await assertRefused(`32\r\n${"x".repeat(50)}\r\n33\r\n${"x".repeat(51)}\r\n0\r\n\r\n`, CHUNKED, "too long", {
    body: 100,
  });
  for (
    const [text, framing] of [["x".repeat(100), CLOSE], [`64\r\n${"x".repeat(100)}\r\n0\r\n\r\n`, CHUNKED]] as const
  ) {
    assertEquals((await readAll([text], framing, { body: 100 })).body.length, 100);
  }
  assertEquals((await readAll(["x".repeat(100)], length(100), { body: 100 })).body.length, 100);
});

Deno.test("a large length or chunk takes no memory before its bytes arrive", async () => {
  for (const [text, framing] of [["x", length(LIMITS.body)], ["fffffffffffff\r\nx", CHUNKED]] as const) {
    const source = new PiecesSource([text]);
    await assertRejects(() => new Body(new Inflow(source), framing, LIMITS).all(), WireError, "in the middle");
    assert(source.largestRoom <= 64 * 1024, `${source.largestRoom}`);
  }
});

Deno.test("a body of any size around the buffers' is whole", async () => {
  for (const size of [16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 131_072, 200_000]) {
    const body = Array.from({ length: size }, (_, at) => String.fromCharCode(at % 251)).join("");
    for (const pieces of [[body], [body.slice(0, 1), body.slice(1)], [body.slice(0, -1), body.slice(-1)]]) {
      assert((await readAll(pieces, length(size))).body === body, `${size}`);
      assert((await readAll(pieces, CLOSE)).body === body, `${size}`);
    }
    const text = `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    for (const pieces of [[text], [text.slice(0, 1), text.slice(1)], [text.slice(0, -1), text.slice(-1)]]) {
      assert((await readAll(pieces, CHUNKED)).body === body, `${size}`);
    }
  }
});

Deno.test("a body that is read into small buffers is the same, and knows its end", async () => {
  for (
    const [text, framing] of [["hello you", length(9)], ["4\r\nhell\r\n5\r\no you\r\n0\r\n\r\n", CHUNKED], [
      "hello you",
      CLOSE,
    ]] as const
  ) {
    for (const size of [1, 2, 3, 100]) {
      const body = new Body(new Inflow(new PiecesSource([text])), framing, LIMITS);
      let read = "";
      const buffer = new Uint8Array(size);
      for (let count = await body.readInto(buffer); count > 0; count = await body.readInto(buffer)) {
        read += shown(buffer.subarray(0, count));
      }
      assertEquals([read, body.isDone, await body.readInto(new Uint8Array(1))], ["hello you", true, 0]);
    }
  }
});

Deno.test("the bytes of a chunk are passed on before its end is found to be malformed", async () => {
  for (const pieces of [["5\r\nhello!"], ["5\r\nhello", "!"]]) {
    const body = new Body(new Inflow(new PiecesSource(pieces)), CHUNKED, LIMITS);
    assertEquals(shown((await body.next())!), "hello");
    await assertRejects(() => body.next(), WireError, "longer than it says");
  }
});
