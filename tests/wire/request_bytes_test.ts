import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestBytes, type WireRequest } from "../../lib/wire/request_bytes.ts";

const ROOM_FOR_HEAD = 4 * 1024;
const ROOM_FOR_BODY = 12 * 1024;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A request's head, and its body as bytes. */
function made(request: Partial<WireRequest>, bytes = new RequestBytes()) {
  const all = bytes.of({ method: "PUT", target: "/", headers: [], ...request }, "h");
  const text = Array.from(all, (byte) => String.fromCharCode(byte)).join("");
  const end = text.indexOf("\r\n\r\n") + 4;
  return { head: text.slice(0, end), body: all.slice(end) };
}

function assertLengthIsTold({ head, body }: { head: string; body: Uint8Array }): void {
  assertEquals(Number(/content-length: (\d+)\r\n/.exec(head)?.[1]), body.length);
}

Deno.test("a request is its line, its host, its headers, its length and its body", () => {
  const headers = [["accept", "a/b"], ["X-y", "1 2\t3"]] as const;
  const { head, body } = made({ method: "POST", target: "/a?b=c%20d", headers, body: "xyz" });
  const lines = ["POST /a?b=c%20d HTTP/1.1", "host: h", "accept: a/b", "X-y: 1 2\t3", "content-length: 3", "", ""];
  assertEquals([head, decoder.decode(body)], [lines.join("\r\n"), "xyz"]);
});

Deno.test("a method that has bodies sends content-length 0 without one; other methods send no length", () => {
  for (const method of ["GET", "HEAD", "OPTIONS"]) assert(!made({ method }).head.includes("content-length"), method);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    assert(made({ method }).head.includes("content-length: 0\r\n"), method);
  }
  assertLengthIsTold(made({ method: "GET", body: "" }));
  assertLengthIsTold(made({ method: "GET", body: "x" }));
});

Deno.test("the length is that of the bytes which are sent, of any body around the buffer's sizes", () => {
  const bytes = new RequestBytes();
  for (const unit of ["x", "é", "€", "😀", "\ud800", "a\udc00b", "x€"]) {
    const width = new TextEncoder().encode(unit).length;
    const fits = Math.floor(ROOM_FOR_BODY / width);
    for (let count = fits - 3; count <= fits + 3; count++) {
      const text = unit.repeat(count);
      const { head, body } = made({ body: text }, bytes);
      assertLengthIsTold({ head, body });
      assert(decoder.decode(body) === text.toWellFormed(), `${unit} ${count}`);
    }
    for (const count of [ROOM_FOR_BODY / unit.length, 16 * 1024, 100_000]) {
      const made_ = made({ body: unit.repeat(count) }, bytes);
      assertLengthIsTold(made_);
      assert(decoder.decode(made_.body) === unit.repeat(count).toWellFormed(), `${unit} ${count}`);
    }
  }
});

Deno.test("a body of bytes is sent as it is, of any size around the buffer's", () => {
  const bytes = new RequestBytes();
  for (const size of [0, 1, ROOM_FOR_BODY - 1, ROOM_FOR_BODY, ROOM_FOR_BODY + 1, 16_384, 16_385, 100_000]) {
    const given = Uint8Array.from({ length: size }, (_, at) => at % 251);
    const request = made({ body: given }, bytes);
    assertLengthIsTold(request);
    assertEquals(request.body, given);
  }
});

Deno.test("a head of any size around the buffer's is whole, with each kind of body", () => {
  const bytes = new RequestBytes();
  for (const body of [undefined, "", "x€y", new Uint8Array([1, 2, 3]), "x".repeat(ROOM_FOR_BODY), "€".repeat(5_000)]) {
    const least = made({ headers: [["a", ""]], body }).head.length;
    for (let size = ROOM_FOR_HEAD - 2; size <= ROOM_FOR_HEAD + 2; size++) {
      const request = made({ headers: [["a", "b".repeat(size - least)]], body }, bytes);
      assertEquals([request.head.length, request.head.endsWith("\r\n\r\n")], [size, true]);
      assertLengthIsTold(request);
      assertEquals(request.body, typeof body === "string" ? new TextEncoder().encode(body) : body ?? new Uint8Array());
    }
  }
});

Deno.test("nothing of a request is left in the next one", () => {
  const bytes = new RequestBytes();
  made({ headers: [["authorization", "secret".repeat(100)]], body: "secret".repeat(1_000) }, bytes);
  const { head, body } = made({ body: "x" }, bytes);
  assertEquals(head + decoder.decode(body), "PUT / HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\n\r\nx");
});

/** What might end a line, or be taken for something that does. */
const BAD = [
  "\r\nx: y",
  "\n",
  "\r",
  "\0",
  "\x0b",
  "\x7f",
  "\x1b",
  "\x85",
  "\xa0",
  "é",
  "\u010a",
  "\u560d",
  "\u2028",
  "😀",
];

function assertUnsent(request: Partial<WireRequest>): void {
  const bytes = new RequestBytes();
  const error = assertThrows(() => made(request, bytes), TypeError, "Cannot send", JSON.stringify(request));
  assert(!error.message.includes("secret"), error.message);
  assertEquals(made({ body: "x" }, bytes), made({ body: "x" }));
}

Deno.test("a header with an illegal character is refused, and the error does not show its value", () => {
  for (const bad of BAD) {
    assertUnsent({ headers: [["authorization", `secret${bad}`]] });
    assertUnsent({ headers: [["a", "b"], ["authorization", `${bad}secret`]] });
    assertUnsent({ headers: [[`a${bad}`, "secret"]] });
  }
  for (const name of ["", "a b", "a:", " a", "a\t", "a(", "[a]"]) assertUnsent({ headers: [[name, "secret"]] });
});

Deno.test("a path with an illegal character is refused, and the error does not show it", () => {
  for (const bad of [...BAD, " ", "\t"]) {
    assertUnsent({ target: `/secret${bad}` });
    assertUnsent({ target: `/${bad}secret` });
  }
  for (const target of ["", "secret", "*", "http://secret/", "?a", "\n/"]) assertUnsent({ target });
});

Deno.test("a method is capital letters", () => {
  for (
    const method of [
      "",
      "get",
      "GE T",
      "GET ",
      "GET\r\n",
      "GET\n",
      "G\0ET",
      "GÉT",
      "G".repeat(21),
      "GET /x HTTP/1.1\r\n",
    ]
  ) {
    assertUnsent({ method });
  }
});
