/** Answers of the API server, and what stands for one: made of bytes, or of whatever a client throws. */

import { isError, isReadable, messageOf } from "../../model/mod.ts";
import { WireError } from "../../wire/mod.ts";
import {
  ApiError,
  type ApiStatus,
  ConnectionError,
  type ConnectionFailure,
  type StatusDetails,
  UnexpectedAnswerError,
} from "./errors.ts";
import { isJsonObject } from "../json/mod.ts";

/** How much of an answer that nobody understands is shown. */
const SHOWN = 200;

/**
 * Answers that are no JSON, and the codes that come with them: of the API server before it has a `Status` to give, and of
 * the proxies before it. A client that reads bytes does not pass on the code.
 */
const TEXTS: readonly { readonly pattern: RegExp; readonly status: ApiStatus }[] = [
  { pattern: /^404 page not found/, status: { code: 404 } },
  { pattern: /^Too many requests/i, status: { code: 429, details: { retryAfterSeconds: 1 } } },
  {
    pattern: /^The apiserver (is shutting down|hasn't been)/,
    status: { code: 429, details: { retryAfterSeconds: 5 } },
  },
  { pattern: /^Client sent an HTTP request to an HTTPS server/, status: { code: 400 } },
  { pattern: /^Unauthorized\s*$/i, status: { code: 401 } },
  { pattern: /^Forbidden\b/i, status: { code: 403 } },
  { pattern: /^Internal Server Error/i, status: { code: 500 } },
  { pattern: /^(Error trying to reach service|no healthy upstream|upstream connect error)/i, status: { code: 503 } },
];

/** What no text for people holds: control characters, and what stands for bytes that are no UTF-8. */
// deno-lint-ignore no-control-regex
const NO_TEXT = /[\0-\x08\x0e-\x1f\ufffd]/;

const decoder = new TextDecoder();

/**
 * The value of an answer.
 *
 * @param body The body, as the client gave it.
 * @returns What the JSON says.
 * @throws {ApiError} If the answer is a `Status` of failure, or a text known to stand for one.
 * @throws {UnexpectedAnswerError} If it is neither JSON nor such a text.
 */
export function parseAnswer(body: string | Uint8Array): unknown {
  const text = typeof body === "string" ? body : decoder.decode(body);
  const value = parseJson(text);
  if (value === undefined) throw textError(text);
  if (isFailure(value)) throw new ApiError(readStatus(value));
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON cannot hold undefined, so it is free to say that the text is none; the caller tells what it is instead.
    return undefined;
  }
}

function isFailure(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const { kind, status } = value as { kind?: unknown; status?: unknown };
  return kind === "Status" && status === "Failure";
}

/** A `Status` with only what is of its form: a code that is none, or causes that are no list, would be taken for something else. */
export function readStatus({ code, reason, message, details }: Readonly<Record<string, unknown>>): ApiStatus {
  return {
    ...(isCode(code) && { code }),
    ...(isText(reason) && { reason }),
    ...(isText(message) && { message }),
    ...(isJsonObject(details) && { details: readDetails(details) }),
  };
}

function readDetails({ causes, ...details }: Readonly<Record<string, unknown>>): StatusDetails {
  return { ...details, ...(Array.isArray(causes) && { causes: causes.filter(isJsonObject) }) };
}

function isCode(code: unknown): code is number {
  return Number.isInteger(code) && (code as number) >= 100 && (code as number) <= 599;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function textError(text: string): ApiError | UnexpectedAnswerError {
  const known = TEXTS.find(({ pattern }) => pattern.test(text))?.status ?? pageStatus(text);
  const shown = shownOf(text.trim());
  return known ? new ApiError({ ...known, message: shown }) : new UnexpectedAnswerError(shown);
}

/** What begins as JSON is part of an object, whose data may be secret. */
function shownOf(text: string): string {
  if (/^[{[]/.test(text)) return `JSON that is cut off or broken (${text.length} characters)`;
  // Of an encoding that nobody asked for, or of another protocol.
  if (NO_TEXT.test(text)) return `no text (${text.length} characters)`;
  return text.slice(0, SHOWN);
}

/** The status of a proxy's error page, which has the code in its title: `<title>502 Bad Gateway</title>`. */
function pageStatus(text: string): ApiStatus | undefined {
  const code = /<(?:title|h1)>\s*([45]\d\d)\b/i.exec(text)?.[1];
  return code === undefined ? undefined : { code: Number(code) };
}

/** What the clients add to an error when the API server said no. */
interface HttpError extends Error {
  httpCode?: unknown;
  status?: unknown;
}

/** What went wrong on the wire, in the terms of this room. */
export function toConnectionError(error: WireError): ConnectionError {
  return new ConnectionError(error.message, { failure: error.failure, cause: error.cause ?? error });
}

/**
 * The error that whatever a client threw stands for.
 *
 * @returns An {@link ApiError}, {@link UnexpectedAnswerError} or {@link ConnectionError}; anything else, such as the reason
 * of an aborted signal or a missing permission, comes back as it is.
 */
export function toApiError(thrown: unknown): unknown {
  if (!isReadable(thrown)) return new TypeError(`Cannot tell why the request failed: ${messageOf(thrown)}`);
  if (!isError(thrown)) return thrown;
  if (thrown instanceof ApiError || thrown instanceof UnexpectedAnswerError) return thrown;
  // Of a body that is read as it comes.
  if (thrown instanceof WireError) return toConnectionError(thrown);
  const { httpCode, status } = thrown as HttpError;
  if (typeof httpCode === "number") return new ApiError(statusOf(httpCode, status, thrown.message), { cause: thrown });
  const { name } = thrown;
  return name === "TypeError" || BROKEN.has(name) ? connectionError(thrown) ?? thrown : thrown;
}

function statusOf(code: number, status: unknown, message: string): ApiStatus {
  return isJsonObject(status) ? { code, ...readStatus(status) } : { code, message };
}

const broke = (detail: string): string => `the connection to the API server broke (${detail})`;

/**
 * How Deno's `fetch` words its failures, the more special first; it tells them by nothing else. `tests/kube/connect/words_test.ts`
 * makes each of them happen.
 */
const FAILURES: readonly {
  readonly pattern: RegExp;
  readonly failure: ConnectionFailure;
  readonly problem: (detail: string) => string;
}[] = [
  {
    pattern: /invalid peer certificate: (.*)/,
    failure: "untrusted",
    problem: (detail) =>
      `the certificate of the API server is not trusted (${detail}): check the CA certificate and the server's name in ` +
      "the kubeconfig",
  },
  {
    pattern: /client error \(Connect\):? ?(.*)/,
    failure: "unreachable",
    problem: (detail) => `the API server cannot be reached (${detail})`,
  },
  {
    pattern: /Requests to port (\d+) are blocked/,
    failure: "unreachable",
    problem: (port) =>
      `the API server cannot be reached (Deno's fetch speaks to nobody at port ${port}, as browsers do)`,
  },
  {
    pattern: /(Encountered redirect)/,
    failure: "broken",
    problem: () =>
      "the answer is a redirect, which is not followed: no API server sends one, so check the server's URL",
  },
  {
    pattern: /((?:Connection reset|Broken pipe|connection was aborted|Software caused connection abort).*)/i,
    failure: "broken",
    problem: (detail) => `the connection to the API server was reset before the answer was there (${detail})`,
  },
  {
    pattern: /without sending TLS (close_notify)/,
    failure: "broken",
    problem: () =>
      "the connection to the API server ended before the answer was there, and without a TLS close_notify: the server, or " +
      "what stands before it, died or was ended",
  },
  { pattern: /client error \(SendRequest\):? ?(.*)/, failure: "broken", problem: broke },
  {
    // The rest is about an encoding, which is undone while the answer is read.
    pattern:
      /(error reading a body.*|^(?:unexpected end of file|reached unexpected EOF|brotli error|CRC computed does not match)$|^corrupt deflate stream.*|^deflate decompression error.*|^invalid gzip header.*)/i,
    failure: "broken",
    problem: (detail) => `the connection to the API server broke in the middle of the answer (${detail})`,
  },
  // The part between says the URL.
  { pattern: /error sending request(?: from \S+)?(?: for [^)]*\))?:? ?(.*)/, failure: "broken", problem: broke },
  // Words that are not known yet: that it was not sent is never assumed.
  { pattern: /^fetch failed:? ?(.*)/i, failure: "broken", problem: (detail) => broke(detail || "fetch failed") },
];

/** Names of Deno's errors that a connection may die of. */
const BROKEN = new Set(["BrokenPipe", "ConnectionAborted", "ConnectionReset", "Http", "UnexpectedEof"]);

/** What the connection died of. */
function connectionError(error: Error): ConnectionError | undefined {
  // Deno 2.9 says "fetch failed" and has the words in the cause; older ones have them in the message.
  const words = [error.message, isError(error.cause) ? error.cause.message : ""].join(" ").trim();
  for (const { pattern, failure, problem } of FAILURES) {
    const detail = pattern.exec(words)?.[1];
    if (detail !== undefined) return new ConnectionError(problem(detail), { failure, cause: error });
  }
  if (!BROKEN.has(error.name)) return undefined;
  return new ConnectionError(broke(words), { failure: "broken", cause: error });
}
