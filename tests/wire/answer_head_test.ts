import { assert, assertEquals, assertThrows } from "@std/assert";
import { type AnswerHead, checkTrailers, headEnd, parseHead } from "../../lib/wire/answer_head.ts";
import { WireError } from "../../lib/wire/mod.ts";
import { latin1 } from "./scripted_socket.ts";

/** The head of an answer with these lines, to a GET. */
function parse(...lines: string[]): AnswerHead {
  return parseHead(latin1(`${lines.join("\r\n")}\r\n\r\n`), false);
}

/** The framing of an answer with these headers. */
function framing(...headers: string[]) {
  const { framing } = parse("HTTP/1.1 200 OK", ...headers);
  return framing.type === "length" ? framing.length : framing.type;
}

function assertRefused(...lines: string[]): void {
  const error = assertThrows(() => parse(...lines), WireError, undefined, JSON.stringify(lines));
  assertEquals(error.failure, "broken");
}

const refusesHeader = (...headers: string[]) => assertRefused("HTTP/1.1 200 OK", ...headers);

Deno.test("a status line has a version of HTTP/1, a code of three digits and perhaps a reason", () => {
  for (
    const line of ["HTTP/1.1 200 OK", "HTTP/1.1 200 ", "HTTP/1.1 200", "HTTP/1.1 200 Très\tbien: 1 ", "HTTP/1.0 200 OK"]
  ) {
    assertEquals(parse(line).status, 200, line);
  }
  assertEquals(parse("HTTP/1.1 599 x").status, 599);
});

Deno.test("a malformed status line is refused", () => {
  for (
    const line of [
      "",
      " HTTP/1.1 200 OK",
      "http/1.1 200 OK",
      "HTTP/1.1  200 OK",
      "HTTP/1.1\t200 OK",
      "HTTP/1.1 20 OK",
      "HTTP/1.1 2000 OK",
      "HTTP/1.1 200OK",
      "HTTP/1.1 +20 OK",
      "HTTP/1.1 0x1 OK",
      "HTTP/1.1 099 OK",
      "HTTP/1.1 600 OK",
      "HTTP/1.2 200 OK",
      "HTTP/2 200",
      "HTTP/2.0 200 OK",
      "HTTP/0.9 200 OK",
      "HTTP/11 200 OK",
      "ICY 200 OK",
      "GET / HTTP/1.1",
      "\x15\x03\x01\x00\x02\x02",
    ]
  ) {
    assertRefused(line);
  }
});

Deno.test("there are no interim answers of HTTP/1.0", () => {
  assertEquals(parse("HTTP/1.1 100 Continue").status, 100);
  for (const status of [100, 101, 103, 199]) assertRefused(`HTTP/1.0 ${status} x`);
});

Deno.test("the error about a status line shows its first characters", () => {
  const error = assertThrows(() => parse("SSH-2.0-".padEnd(1_000, "x")), WireError);
  assert(error.message.includes('it begins with "SSH-2.0-xxx'), error.message);
  assert(error.message.length < 200, error.message);
});

Deno.test("a header is a token, a colon, and a value without the blanks around it", () => {
  for (const line of ["content-type: a/b", "Content-Type:a/b", "CONTENT-TYPE: \t a/b \t "]) {
    assertEquals(parse("HTTP/1.1 200 OK", line).contentType, "a/b", line);
  }
  assertEquals(parse("HTTP/1.1 200 OK", "content-type:").contentType, "");
  // Characters that only look like blanks belong to the value.
  assertEquals(parse("HTTP/1.1 200 OK", "content-type: \xa0a\x85").contentType, "\xa0a\x85");
});

Deno.test("a malformed header is refused", () => {
  for (
    const line of [
      "x",
      ": x",
      "content-length : 5",
      "content-length\t: 5",
      " x: a line that goes on",
      "\tx: a line that goes on",
      "a b: x",
      "a\xe4: x",
      "a(b): x",
      '"a": x',
      "a@b: x",
    ]
  ) {
    refusesHeader(line);
    refusesHeader("a: b", line);
  }
});

Deno.test("a control character is refused wherever it stands", () => {
  for (let code = 0; code < 0x20; code++) {
    const character = String.fromCharCode(code);
    if (character === "\t") continue;
    assertRefused(`HTTP/1.1 200 O${character}K`);
    refusesHeader(`a: b${character}c`);
    refusesHeader(`a: ${character}`);
    refusesHeader(`a${character}: b`);
    refusesHeader(`content-length: 5${character}`);
  }
  refusesHeader("a: \x7f");
});

Deno.test("names of Object.prototype's properties are ordinary header names", () => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];
  assertEquals(framing(...names.map((name) => `${name}: content-length`), "content-length: 3"), 3);
  assertEquals(({} as { content?: string }).content, undefined);
});

Deno.test("an answer without a length ends with the connection", () => {
  assertEquals(framing(), "close");
  assertEquals(parse("HTTP/1.1 200 OK").keepsOpen, false);
});

Deno.test("a length is digits; several equal ones are one", () => {
  assertEquals(framing("content-length: 0"), 0);
  assertEquals(framing("content-length: 5"), 5);
  assertEquals(framing("content-length: 0005"), 5);
  assertEquals(framing("content-length: 999999999999999"), 999_999_999_999_999);
  assertEquals(framing("content-length: 5", "Content-Length: 5"), 5);
  assertEquals(framing("content-length: 5, 5 ,5"), 5);
});

Deno.test("a malformed length, or several different ones, are refused", () => {
  for (
    const value of [
      "",
      "-1",
      "-0",
      "+5",
      "0x5",
      "5.0",
      "5e0",
      "5 5",
      "5;",
      "five",
      "\xb2",
      "\xa05",
      "5\xa0",
      "Infinity",
      "NaN",
      "9999999999999999",
      "18446744073709551621",
      "5,6",
      "5,",
      ",5",
      "5,,5",
      "5, 6",
      "5, -5",
    ]
  ) {
    refusesHeader(`content-length: ${value}`);
  }
  refusesHeader("content-length: 5", "content-length: 6");
  refusesHeader("content-length: 5", "x: y", "content-length: 5, 6");
  refusesHeader("content-length: 6", "content-length:");
});

Deno.test("a malformed length is refused also if there is no body", () => {
  for (const status of ["204 x", "304 x", "100 x"]) {
    assertRefused(`HTTP/1.1 ${status}`, "content-length: x");
    assertRefused(`HTTP/1.1 ${status}`, "content-length: 1", "content-length: 2");
  }
});

Deno.test("chunked is the only transfer-encoding, in any case", () => {
  assertEquals(framing("transfer-encoding: chunked"), "chunked");
  assertEquals(framing("Transfer-Encoding:\tCHUNKED "), "chunked");
});

Deno.test("any other transfer-encoding is refused, and chunked with another or twice", () => {
  for (
    const value of [
      "",
      "identity",
      "gzip",
      "gzip, chunked",
      "chunked, gzip",
      "chunked, chunked",
      "chunked,",
      ",chunked",
    ]
  ) {
    refusesHeader(`transfer-encoding: ${value}`);
  }
  for (const value of ["xchunked", "chunked;a=b", "chunked\xa0", '"chunked"', "chun ked"]) {
    refusesHeader(`transfer-encoding: ${value}`);
  }
  refusesHeader("transfer-encoding: gzip", "transfer-encoding: chunked");
  refusesHeader("transfer-encoding: chunked", "transfer-encoding: chunked");
  refusesHeader("transfer-encoding: chunked", "transfer-encoding:");
});

Deno.test("a length and a transfer-encoding contradict each other, in whatever order", () => {
  refusesHeader("content-length: 5", "transfer-encoding: chunked");
  refusesHeader("transfer-encoding: chunked", "content-length: 5");
  refusesHeader("transfer-encoding: chunked", "content-length: 0");
});

Deno.test("a transfer-encoding is refused where there must be none: HTTP/1.0, 1xx, 204", () => {
  assertRefused("HTTP/1.0 200 OK", "transfer-encoding: chunked");
  assertRefused("HTTP/1.1 100 x", "transfer-encoding: chunked");
  assertRefused("HTTP/1.1 204 x", "transfer-encoding: chunked");
});

Deno.test("an answer to HEAD and one of 1xx, 204 or 304 has no body, whatever it says", () => {
  const none = { type: "none" } as const;
  for (const header of ["content-length: 5", "x: y"]) {
    for (const status of [100, 103, 199, 204, 304]) {
      assertEquals(parse(`HTTP/1.1 ${status} x`, header).framing, none);
    }
    assertEquals(parseHead(latin1(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`), true).framing, none);
  }
  assertEquals(parse("HTTP/1.1 304 x", "transfer-encoding: chunked").framing, none);
  assertEquals(parseHead(latin1("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), true).framing, none);
  // Of no other, though it would not be expected there.
  assertEquals(parse("HTTP/1.1 205 x", "content-length: 5").framing, { type: "length", length: 5 });
});

Deno.test("a connection is kept after HTTP/1.1 unless it says close, in whatever spelling and list", () => {
  const keeps = (...headers: string[]) => parse("HTTP/1.1 200 OK", "content-length: 0", ...headers).keepsOpen;
  for (const value of ["close", "Close", "CLOSE", " close\t", "x, close", "close, x", ",close,", "x,\tcLoSe ,y"]) {
    assertEquals(keeps(`connection: ${value}`), false, value);
  }
  assertEquals(keeps("connection: x", "Connection: close"), false);
  assertEquals(keeps("connection: close", "connection: keep-alive"), false);
  for (const value of ["", "keep-alive", "closed", "x close", "close-not", '"close"', "close;x", "close\xa0"]) {
    assertEquals(keeps(`connection: ${value}`), true, value);
  }
  assertEquals(keeps("x: close", "proxy-connection: close"), true);
});

Deno.test("a connection is kept after HTTP/1.0 only if it says keep-alive, and not close", () => {
  const keeps = (...headers: string[]) => parse("HTTP/1.0 200 OK", "content-length: 0", ...headers).keepsOpen;
  assertEquals(keeps(), false);
  assertEquals(keeps("connection: x"), false);
  assertEquals(keeps("connection: Keep-Alive"), true);
  assertEquals(keeps("connection: x, keep-alive"), true);
  assertEquals(keeps("connection: keep-alive, close"), false);
  assertEquals(keeps("connection: keep-alive", "connection: close"), false);
  assertEquals(parse("HTTP/1.0 200 OK", "connection: keep-alive").keepsOpen, false);
});

Deno.test("all content encodings are reported", () => {
  assertEquals(parse("HTTP/1.1 200 OK").contentEncoding, undefined);
  assertEquals(parse("HTTP/1.1 200 OK", "content-encoding: gzip").contentEncoding, "gzip");
  assertEquals(parse("HTTP/1.1 200 OK", "content-encoding: gzip", "Content-Encoding: x").contentEncoding, "gzip, x");
});

Deno.test("a head ends after its first empty line, wherever the search continues", () => {
  const head = "HTTP/1.1 200 OK\r\na: b\r\n\r\n";
  const bytes = latin1(`xx${head}\r\n\r\n`);
  for (let from = 2; from < 2 + head.length; from++) {
    assertEquals(headEnd(bytes, 2, from, bytes.length), 2 + head.length);
  }
  for (let to = 2; to < 2 + head.length; to++) assertEquals(headEnd(bytes, 2, 2, to), -1);
});

Deno.test("an empty line that begins before a head does not end it", () => {
  for (const before of ["\r\n\r", "\r\n", "\r"]) {
    const rest = "\r\n\r\n".slice(before.length);
    const bytes = latin1(before + rest + "x");
    if (before.endsWith("\r")) {
      assertThrows(() => headEnd(bytes, before.length, before.length, bytes.length), WireError);
    } else assertEquals(headEnd(bytes, before.length, before.length, bytes.length), -1);
  }
});

Deno.test("a line that ends with an LF alone is refused as soon as it is there", () => {
  for (const head of ["HTTP/1.1 200 OK\n", "\n", "HTTP/1.1 200 OK\r\na: b\n", "HTTP/1.1 200 OK\r\n\n"]) {
    const bytes = latin1(head);
    assertThrows(() => headEnd(bytes, 0, 0, bytes.length), WireError, "without a CR");
    assertThrows(() => headEnd(bytes, 0, bytes.length - 1, bytes.length), WireError, "without a CR");
  }
});

Deno.test("a lone CR is refused", () => {
  assertRefused("HTTP/1.1 200 OK\rcontent-length: 5");
  refusesHeader("a: b\rcontent-length: 5");
  refusesHeader("a: b\r");
});

Deno.test("trailers are headers", () => {
  checkTrailers(latin1("a: b\r\ncontent-length: x\r\n\r\n"));
  for (const line of ["a", " a: b", "a : b", "a: \0", "a: b\rc: d"]) {
    assertThrows(() => checkTrailers(latin1(`x: y\r\n${line}\r\n\r\n`)), WireError, undefined, line);
  }
});
