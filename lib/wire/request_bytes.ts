/** A request as bytes: its head and its body in one piece, so that it is one write. */

/** What is asked. */
export interface WireRequest {
  /** The method, such as `GET`. */
  readonly method: string;
  /** The path with its parameters, in the characters that a URL may have. */
  readonly target: string;
  /** The headers besides the length and the host; checked once when they are {@link HeaderLines}. */
  readonly headers: HeaderLines | readonly (readonly [name: string, value: string])[];
  /** The body; a text is sent as UTF-8. Absent for none, which of a method that has bodies is told as a length of 0. */
  readonly body?: string | Uint8Array | undefined;
  /** Ends the request, whatever has become of it. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the body of the answer is wanted as one text. Then, that of a success which has come along with the head is read
   * with it, without a copy and another wait; it is not to be read as a stream.
   * @default {false}
   */
  readonly asText?: boolean | undefined;
}

/** Headers that many requests have, as the lines of a head: checked, and put together, once. */
export class HeaderLines {
  /** The lines, with their ends. */
  readonly text: string;

  /**
   * @param headers What the lines say.
   * @throws {TypeError} If one of them cannot be sent as it stands.
   */
  constructor(headers: readonly (readonly [name: string, value: string])[]) {
    this.text = linesOf(headers);
  }
}

/** What a request says besides to a proxy that is given it as it stands. */
export interface ToProxy {
  /** What stands before the target. */
  readonly before: string;
  /** Lines of the head. */
  readonly lines: string;
}

const NO_PROXY: ToProxy = { before: "", lines: "" };

/** Holds most requests to an API server. */
const ROOM = 16 * 1024;

/** Kept free for the head, which is written when the length of the body is known. A longer one gets a buffer of its own. */
const ROOM_FOR_HEAD = 4 * 1024;

const METHOD = /^[A-Z]{1,20}$/;
const TARGET = /^\/[!-~]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible, blanks between: what is not might end the line, and begin another request. */
const VALUE = /^[\t\x20-\x7e]*$/;

const encoder = new TextEncoder();

/** Makes the bytes of one request after the other, in one buffer. They hold until the next. */
export class RequestBytes {
  #buffer: Uint8Array<ArrayBuffer> | undefined;

  /**
   * The bytes of a request.
   *
   * @param request What is asked.
   * @param host What the host's header says.
   * @param toProxy What a proxy is told besides.
   * @throws {TypeError} If a part of the head is not what can be sent.
   */
  of(request: WireRequest, host: string, toProxy: ToProxy = NO_PROXY): Uint8Array {
    const { method, body } = request;
    const hasNoBody = body === undefined && (method === "GET" || method === "HEAD" || method === "OPTIONS");
    const buffer = this.#buffer ??= new Uint8Array(ROOM);
    const given = typeof body === "string" ? encodedInto(buffer, body) : body;
    const length = typeof given === "number" ? given : given?.length ?? 0;
    const head = headOf(request, toProxy, host, hasNoBody ? undefined : length);
    if (head.length > ROOM_FOR_HEAD || ROOM_FOR_HEAD + length > ROOM) return inOne(head, given, buffer);
    const start = ROOM_FOR_HEAD - head.length;
    encoder.encodeInto(head, buffer.subarray(start));
    if (given !== undefined && typeof given !== "number") buffer.set(given, ROOM_FOR_HEAD);
    return buffer.subarray(start, ROOM_FOR_HEAD + length);
  }
}

/** The body where it belongs in the buffer, as its length; in a buffer of its own when it is too long. */
function encodedInto(buffer: Uint8Array<ArrayBuffer>, body: string): number | Uint8Array {
  if (body.length <= ROOM - ROOM_FOR_HEAD) {
    const { read, written } = encoder.encodeInto(body, buffer.subarray(ROOM_FOR_HEAD));
    if (read === body.length) return written;
  }
  return encoder.encode(body);
}

function inOne(head: string, given: number | Uint8Array | undefined, buffer: Uint8Array<ArrayBuffer>): Uint8Array {
  const body = typeof given === "number" ? buffer.subarray(ROOM_FOR_HEAD, ROOM_FOR_HEAD + given) : given;
  const bytes = new Uint8Array(head.length + (body?.length ?? 0));
  encoder.encodeInto(head, bytes);
  if (body) bytes.set(body, head.length);
  return bytes;
}

function headOf(
  { method, target, headers }: WireRequest,
  { before, lines: proxyLines }: ToProxy,
  host: string,
  length: number | undefined,
): string {
  if (!METHOD.test(method) || !TARGET.test(target)) {
    throw new TypeError("Cannot send a request as its method or its path has characters that no request may have");
  }
  const lines = headers instanceof HeaderLines ? headers.text : linesOf(headers);
  const end = length === undefined ? "\r\n" : `content-length: ${length}\r\n\r\n`;
  return `${method} ${before}${target} HTTP/1.1\r\nhost: ${host}\r\n${proxyLines}${lines}${end}`;
}

function linesOf(headers: readonly (readonly [name: string, value: string])[]): string {
  let lines = "";
  for (const [name, value] of headers) {
    // Not quoted: it may be a secret.
    if (!NAME.test(name) || !VALUE.test(value)) {
      throw new TypeError(
        `Cannot send a request as header ${JSON.stringify(name)} has characters that no header may have`,
      );
    }
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
