/** Encodes a request, head and body together, so that it is sent by one write. */

/** A request. */
export interface WireRequest {
  /** The method, such as `GET`. */
  readonly method: string;
  /** The path and query, percent-encoded as in a URL. */
  readonly target: string;
  /** The headers, without `content-length` and `host`. {@link HeaderLines} are checked once, not for each request. */
  readonly headers: HeaderLines | readonly (readonly [name: string, value: string])[];
  /** The body; a string is sent as UTF-8. Without one, `content-length: 0` is sent for methods that usually have a body. */
  readonly body?: string | Uint8Array | undefined;
  /** Aborts the request at any time. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The caller will read the answer with `text()`, not as a stream. If the body of a successful answer arrives together with
   * the head, it is then decoded at once, without a copy and another wait.
   * @default {false}
   */
  readonly asText?: boolean | undefined;
}

/** Headers that many requests share: checked and formatted once. */
export class HeaderLines {
  /** The header lines, each with its CRLF. */
  readonly text: string;

  /**
   * @param headers Names and values.
   * @throws {TypeError} If one of them contains characters that a header may not have.
   */
  constructor(headers: readonly (readonly [name: string, value: string])[]) {
    this.text = linesOf(headers);
  }
}

/** What is added to a request that goes to a proxy without a tunnel. */
export interface ToProxy {
  /** The scheme and host, to be written before the target. */
  readonly before: string;
  /** Header lines, each with its CRLF. */
  readonly lines: string;
}

const NO_PROXY: ToProxy = { before: "", lines: "" };

/** Size of the buffer, in bytes: enough for most requests to an API server. */
const ROOM = 16 * 1024;

/**
 * Reserved for the head, which is written last, when the length of the body is known. A request with a longer head gets a
 * buffer of its own.
 */
const ROOM_FOR_HEAD = 4 * 1024;

const METHOD = /^[A-Z]{1,20}$/;
const TARGET = /^\/[!-~]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible characters and blanks: others could end the line and begin another request. */
const VALUE = /^[\t\x20-\x7e]*$/;

const encoder = new TextEncoder();

/** Encodes requests into one reused buffer. The bytes are valid until the next call. */
export class RequestBytes {
  #buffer: Uint8Array<ArrayBuffer> | undefined;

  /**
   * Encodes a request.
   *
   * @param request The request.
   * @param host The value of the `host` header.
   * @param toProxy What is added for a proxy without a tunnel.
   * @throws {TypeError} If the method, the path or a header contains characters that cannot be sent.
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

/** Encodes the body in place and returns its length; a body that is too long for the buffer is returned as bytes of its own. */
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
    // The value is not quoted: it may be a secret.
    if (!NAME.test(name) || !VALUE.test(value)) {
      throw new TypeError(
        `Cannot send a request as header ${JSON.stringify(name)} has characters that no header may have`,
      );
    }
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
