/** What an answer costs that is made to cost much: as much as its bytes, not the square of them. */

import { assert } from "@std/assert";
import { Connection } from "../../lib/wire/connection.ts";
import { LIMITS, type Socket, WireError } from "../../lib/wire/mod.ts";
import { latin1 } from "./pieces.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const NONE = `${OK}content-length: 0\r\n`;
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

/** Answers of about so many bytes, each of as much of one thing as there can be. */
const ANSWERS: Readonly<Record<string, (size: number) => string>> = {
  "headers": (size) => `${NONE}${"a:\r\n".repeat(size / 4)}\r\n`,
  "one value": (size) => `${NONE}a: ${"x".repeat(size)}\r\n\r\n`,
  "one name": (size) => `${NONE}${"a".repeat(size)}\r\n\r\n`,
  "blanks before a value": (size) => `${NONE}a:${" \t".repeat(size / 2)}x\r\n\r\n`,
  "blanks in a value": (size) => `${NONE}a: x${" \t".repeat(size / 2)}x\r\n\r\n`,
  "CRs": (size) => `${NONE}${"\r".repeat(size)}\r\n\r\n`,
  "lengths": (size) => `${OK}content-length: ${"0,".repeat(size / 2)}0\r\n\r\n`,
  "options of the connection": (size) => `${NONE}connection: ${",".repeat(size)}\r\n\r\n`,
  "headers of the connection": (size) => `${NONE}${"connection:a\r\n".repeat(size / 14)}\r\n`,
  "headers of the encoding": (size) => `${NONE}${"content-encoding:a\r\n".repeat(size / 20)}\r\n`,
  "trailers": (size) => `${CHUNKED}0\r\n${"a:\r\n".repeat(size / 4)}\r\n`,
  "chunks": (size) => `${CHUNKED}${"1\r\nx\r\n".repeat(size / 6)}0\r\n\r\n`,
  "extensions of chunks": (size) => `${CHUNKED}${`1;${"x".repeat(4_000)}\r\nx\r\n`.repeat(size / 4_000)}0\r\n\r\n`,
  "a body of a length": (size) => `${OK}content-length: ${size}\r\n\r\n${"x".repeat(size)}`,
  "a body until the end": (size) => `${OK}\r\n${"x".repeat(size)}`,
};

/** Says an answer in pieces of one size, then closes. */
function drippingSocket(bytes: Uint8Array, size: number): Socket {
  let at = 0;
  return {
    read: (into) => {
      const piece = bytes.subarray(at, at + Math.min(size, into.length));
      into.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length || null);
    },
    write: (bytes) => Promise.resolve(bytes.length),
    close: () => {},
    ref: () => {},
    unref: () => {},
  };
}

/** How many milliseconds an answer takes at best. */
async function timeOf(text: string, size: number): Promise<number> {
  const bytes = latin1(text);
  let best = Infinity;
  for (let round = 0; round < 4 && !(best > 500 && round > 0); round++) {
    const connection = new Connection(drippingSocket(bytes, size), "h", LIMITS, () => {}, () => {});
    const start = performance.now();
    try {
      await (await connection.ask({ method: "GET", target: "/", headers: [] })).bytes();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

async function isLinear(answer: (size: number) => string, piece: number, seen: string[]): Promise<boolean> {
  const few = await timeOf(answer(8_000), piece);
  const many = await timeOf(answer(32_000), piece);
  seen.push(`${few} ms, then ${many} ms`);
  return many < 10 * few + 10;
}

for (const [name, answer] of Object.entries(ANSWERS)) {
  Deno.test(`four times as many bytes cost some four times as much, at once or one by one: ${name}`, async () => {
    for (const piece of [1, 65_536]) {
      const seen: string[] = [];
      // The square would be 16 times as much, each time. A machine that does other things as well gets more than one.
      while (!await isLinear(answer, piece, seen)) assert(seen.length < 4, seen.join("; "));
    }
  });
}
