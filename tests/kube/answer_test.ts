import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { ApiError, ConnectionError, parseAnswer, toApiError, UnexpectedAnswerError } from "../../lib/kube/mod.ts";
import { broken, failure, fetchError, refused } from "./fakes.ts";

const parse = (text: string) => parseAnswer(new TextEncoder().encode(text));

Deno.test("an answer is its JSON value, a Status of success too", () => {
  assertEquals(parse('{"kind":"Foo"}'), { kind: "Foo" });
  assertEquals(parse('{"kind":"Status","status":"Success"}'), { kind: "Status", status: "Success" });
});

Deno.test("a Status of failure is thrown as an ApiError", () => {
  const error = assertThrows(() => parse(JSON.stringify(failure(409, "AlreadyExists", "it exists"))), ApiError);
  assertEquals([error.code, error.reason, error.status.message], [409, "AlreadyExists", "it exists"]);
});

Deno.test("texts that the API server and proxies send get the codes that they came with", () => {
  const codes: Record<string, number> = {
    "404 page not found\n": 404,
    "Too many requests, please try again later.\n": 429,
    "The apiserver is shutting down, please try again later.\n": 429,
    "Client sent an HTTP request to an HTTPS server.\n": 400,
    "Unauthorized": 401,
    "Forbidden: not you": 403,
    "no healthy upstream": 503,
    'Internal Server Error: "/api": boom': 500,
    "<html>\r\n<head><title>502 Bad Gateway</title></head>": 502,
    "<html><body><h1>503 Service Unavailable</h1></body></html>": 503,
  };
  for (const [text, code] of Object.entries(codes)) {
    assertEquals(assertThrows(() => parse(text), ApiError).code, code, text);
  }
});

Deno.test("a busy or ending API server says when to come back", () => {
  const wait = (text: string) => assertThrows(() => parse(text), ApiError).retryAfter;
  assertEquals(wait("Too many requests, please try again later."), 1_000);
  assertEquals(wait("The apiserver is shutting down, please try again later."), 5_000);
});

Deno.test("an answer that is not Kubernetes' is shown, but only its start", () => {
  const error = assertThrows(() => parse(`welcome ${"x".repeat(500)}`), UnexpectedAnswerError);
  assertEquals(error.answer.length, 200);
  assertThrows(() => parse(""), UnexpectedAnswerError, "current answer is empty");
  assertThrows(() => parse('{"kind":"Fo'), UnexpectedAnswerError);
  // Of an encoding that was not requested.
  assertThrows(
    () => parse("x\x9c\u0005\ufffd"),
    UnexpectedAnswerError,
    'current answer is "data that is not text (4 characters)"',
  );
});

Deno.test("an error of the client that has a status becomes an ApiError", () => {
  const status = failure(403, "Forbidden", "no");
  const error = toApiError(Object.assign(new Error("Kubernetes returned HTTP 403"), { httpCode: 403, status }));
  assertInstanceOf(error, ApiError);
  assertEquals([error.code, error.reason, error.status.message], [403, "Forbidden", "no"]);
  const bare = toApiError(Object.assign(new Error("boom"), { httpCode: 500 })) as ApiError;
  assertEquals([bare.code, bare.reason, bare.status.message], [500, "InternalError", "boom"]);
});

Deno.test("a connection that was refused has not sent anything; one that broke may have", () => {
  const failureOf = (thrown: Error) => (toApiError(thrown) as ConnectionError).failure;
  assertEquals([failureOf(refused()), failureOf(broken())], ["unreachable", "broken"]);
  // Before Deno 2.9 the words are in the message itself.
  const older = new TypeError(
    "error sending request for url (https://x/): client error (Connect): dns error: no such host",
  );
  assertEquals(failureOf(older), "unreachable");
  for (
    const words of [
      "error reading a body from connection",
      // Of an answer in an encoding, that is cut or is not what it says.
      "unexpected end of file",
      "reached unexpected EOF",
      "Invalid gzip header",
      "brotli error",
      "CRC computed does not match",
      "deflate decompression error: invalid bit length repeat",
    ]
  ) assertEquals(failureOf(new TypeError(words)), "broken", words);
  const reset = Object.assign(new Error("Connection reset by peer (os error 104)"), { name: "ConnectionReset" });
  assertEquals(failureOf(reset), "broken");
});

Deno.test("a certificate that is not trusted is named as such", () => {
  const words =
    "error sending request for url (https://x/): client error (Connect): invalid peer certificate: UnknownIssuer";
  const error = toApiError(fetchError(words));
  assertInstanceOf(error, ConnectionError);
  assertEquals([error.failure, error.sent], ["untrusted", "no"]);
  assert(error.message.includes("not trusted (UnknownIssuer): check the CA certificate"));
});

Deno.test("other errors are returned as they are: an abort, a bug, a missing permission", () => {
  const permission = Object.assign(new Error('Requires net access to "x"'), { name: "NotCapable" });
  for (
    const thrown of [new DOMException("stop", "AbortError"), new TypeError("x is not a function"), permission, "text"]
  ) {
    assertStrictEquals(toApiError(thrown), thrown);
  }
});
