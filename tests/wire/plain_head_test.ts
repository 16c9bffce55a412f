import { assert, assertEquals } from "@std/assert";
import { type AnswerHead, parseHead } from "../../lib/wire/answer_head.ts";
import { plainHead } from "../../lib/wire/plain_head.ts";
import { WireError } from "../../lib/wire/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { latin1 } from "./pieces.ts";

/** Of an API server, and of its usual proxies. */
const USUAL = [
  "HTTP/1.1 200 OK",
  "Audit-Id: 9a5b8f3c-3d5e-4a52-9f1b-3a1fd4a2e7c1",
  "Cache-Control: no-cache, private",
  "Content-Type: application/json",
  "X-Kubernetes-Pf-Flowschema-Uid: 9a5b8f3c-3d5e-4a52-9f1b-3a1fd4a2e7c1",
  "Date: Fri, 27 Nov 2026 18:00:00 GMT",
  "Content-Length: 1234",
];

function textOf(lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** What either way says; a head that is refused is one that the short way leaves. */
function known(text: string): AnswerHead | undefined {
  try {
    return parseHead(latin1(text), false);
  } catch (error) {
    assert(error instanceof WireError);
    return undefined;
  }
}

Deno.test("the head of an API server's answer takes the fast path", () => {
  for (const status of ["200 OK", "201 Created", "409 Conflict", "422", "500 "]) {
    const text = textOf([`HTTP/1.1 ${status}`, ...USUAL.slice(1)]);
    const head = plainHead(latin1(text));
    assert(head, status);
    assertEquals(head, known(text));
  }
});

Deno.test("an unusual head takes the slow path", () => {
  const odd = [
    ["HTTP/1.0 200 OK", ...USUAL.slice(1)],
    ["\xef\xbb\xbfHTTP/1.1 200 OK", ...USUAL.slice(1)],
    ["HTTP/1.1 100 Continue"],
    ["HTTP/1.1 204 No Content", "content-length: 0"],
    ["HTTP/1.1 304 Not Modified", "content-length: 7"],
    [...USUAL, "content-length: 1234"],
    [...USUAL, "Content-length:1235"],
    [...USUAL, "transfer-encoding: chunked"],
    [...USUAL, "connection: close"],
    [...USUAL, "content-encoding: gzip"],
    [...USUAL, "content-type: text/plain"],
    [...USUAL, "x: \x7f"],
    [...USUAL, "x: \xe4"],
    [...USUAL, " folded"],
    [...USUAL, "x : y"],
    [...USUAL, ": y"],
    [...USUAL, "no header"],
    [...USUAL, `x: ${"y".repeat(5_000)}`],
    [...USUAL.slice(0, -1)],
    [...USUAL.slice(0, -1), "content-length: +5"],
    [...USUAL.slice(0, -1), "content-length: 5, 5"],
    [...USUAL.slice(0, -1), "content-length: 1234567890123456"],
    [...USUAL.slice(0, -1), "content-length:"],
  ];
  for (const lines of odd) assertEquals(plainHead(latin1(textOf(lines))), undefined, lines.at(-1));
});

/** Pieces that lines are made of, and that they are spoiled with. */
const PIECES = [
  ...[
    "content-length",
    "Content-Length",
    "content-type",
    "transfer-encoding",
    "connection",
    "content-encoding",
    "x",
    "\u017f",
  ],
  ...[
    ":",
    ": ",
    ":\t",
    " :",
    "5",
    "05",
    "5 ",
    "5\t",
    ",5",
    "chunked",
    "close",
    "keep-alive",
    "application/json",
    "text ",
  ],
  ...["\r\n", "\n", "\r", "\r\n\r\n", "\0", "\x7f", "\x80", "\xff", "HTTP/1.1 200 OK", "HTTP/1.1 2000", "HTTP/1.1 204"],
];

Deno.test("the fast path parses like the slow path", () => {
  const inputs = Number(Deno.env.get("STAIRCASE_WIRE_INPUTS") ?? 20_000);
  const random = seededRandom(11);
  const below = (bound: number) => Math.floor(random.next() * bound);
  const piece = () => PIECES[below(PIECES.length)]!;
  let taken = 0;
  for (let input = 0; input < inputs; input++) {
    const lines = USUAL.filter(() => below(8) > 0);
    for (let count = below(4); count > 0; count--) {
      lines.splice(below(lines.length + 1), 0, piece() + piece() + piece());
    }
    let text = textOf(lines);
    if (below(3) === 0) {
      const at = below(text.length);
      text = text.slice(0, at) + piece() + text.slice(at + below(3));
    }
    // A head is handed over up to its empty line.
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const bytes = latin1(text.slice(0, end + 4));
    const head = plainHead(bytes);
    if (head === undefined) continue;
    taken++;
    assertEquals(head, known(text.slice(0, end + 4)), JSON.stringify(text));
  }
  assert(taken > inputs / 10, `${taken} of ${inputs}`);
});
