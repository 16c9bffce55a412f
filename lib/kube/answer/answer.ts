/** Reads answers of the API server: values and errors, from bytes or from whatever a client throws. */

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

/** How many characters of an unexpected answer are shown. */
const SHOWN = 200;

/**
 * Answers that are not JSON, and the codes that come with them. They come from an API server that cannot give a
 * `Status` yet, and from proxies in front of it. A client that reads bytes does not pass on the code.
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

/** Characters that no text for people contains: control characters, and the replacement for bytes that are not UTF-8. */
// deno-lint-ignore no-control-regex
const NO_TEXT = /[\0-\x08\x0e-\x1f\ufffd]/;

const decoder = new TextDecoder();

/**
 * Parses an answer.
 *
 * @param body The body, as the client returned it.
 * @returns The parsed JSON.
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
    // JSON has no undefined, so undefined can mean "not JSON". The caller says what the text is instead.
    return undefined;
  }
}

function isFailure(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const { kind, status } = value as { kind?: unknown; status?: unknown };
  return kind === "Status" && status === "Failure";
}

/** Reads only fields of the right type: a `code` that is no number, or `causes` that are no list, would mislead callers. */
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

/** A text that begins like JSON is part of an object, whose data may be secret, so it is not shown. */
function shownOf(text: string): string {
  if (/^[{[]/.test(text)) return `JSON that is cut off or broken (${text.length} characters)`;
  // It has an encoding that was not requested, or belongs to another protocol.
  if (NO_TEXT.test(text)) return `data that is not text (${text.length} characters)`;
  return text.slice(0, SHOWN);
}

/** Reads the code from the title of a proxy's error page: `<title>502 Bad Gateway</title>`. */
function pageStatus(text: string): ApiStatus | undefined {
  const code = /<(?:title|h1)>\s*([45]\d\d)\b/i.exec(text)?.[1];
  return code === undefined ? undefined : { code: Number(code) };
}

/** The fields that clients add to an error if the API server refused the request. */
interface HttpError extends Error {
  httpCode?: unknown;
  status?: unknown;
}

/** Translates an error of the wire into a ConnectionError. */
export function toConnectionError(error: WireError): ConnectionError {
  return new ConnectionError(error.message, { failure: error.failure, cause: error.cause ?? error });
}

/**
 * Translates whatever a client threw.
 *
 * @returns An {@link ApiError}, {@link UnexpectedAnswerError} or {@link ConnectionError}. Anything else, such as the
 * reason of an aborted signal or a missing permission, is returned as it is.
 */
export function toApiError(thrown: unknown): unknown {
  if (!isReadable(thrown)) return new TypeError(`Cannot tell why the request failed: ${messageOf(thrown)}`);
  if (!isError(thrown)) return thrown;
  if (thrown instanceof ApiError || thrown instanceof UnexpectedAnswerError) return thrown;
  // Thrown while a body is streamed.
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
 * The messages of failures of Deno's `fetch`, the more specific ones first. Nothing but the message tells them apart.
 * `tests/kube/connect/words_test.ts` provokes each of them.
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
    problem: (port) => `the API server cannot be reached (Deno's fetch refuses port ${port}, like browsers)`,
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
    problem: (detail) => `the connection to the API server was reset before the answer arrived (${detail})`,
  },
  {
    pattern: /without sending TLS (close_notify)/,
    failure: "broken",
    problem: () =>
      "the connection to the API server ended before the answer arrived, without a TLS close_notify: the server, or a " +
      "proxy in front of it, crashed or was stopped",
  },
  { pattern: /client error \(SendRequest\):? ?(.*)/, failure: "broken", problem: broke },
  {
    // The rest is about a content encoding, which is decoded while the answer is read.
    pattern:
      /(error reading a body.*|^(?:unexpected end of file|reached unexpected EOF|brotli error|CRC computed does not match)$|^corrupt deflate stream.*|^deflate decompression error.*|^invalid gzip header.*)/i,
    failure: "broken",
    problem: (detail) => `the connection to the API server broke in the middle of the answer (${detail})`,
  },
  // The optional part in the middle contains the URL.
  { pattern: /error sending request(?: from \S+)?(?: for [^)]*\))?:? ?(.*)/, failure: "broken", problem: broke },
  // A message that is not known yet. It is never assumed that the request was not sent.
  { pattern: /^fetch failed:? ?(.*)/i, failure: "broken", problem: (detail) => broke(detail || "fetch failed") },
];

/** Names of Deno errors that mean a broken connection. */
const BROKEN = new Set(["BrokenPipe", "ConnectionAborted", "ConnectionReset", "Http", "UnexpectedEof"]);

/** The connection failure that an error stands for, if any. */
function connectionError(error: Error): ConnectionError | undefined {
  // Since Deno 2.9 the message is "fetch failed" and the cause has the words; before, the message has them.
  const words = [error.message, isError(error.cause) ? error.cause.message : ""].join(" ").trim();
  for (const { pattern, failure, problem } of FAILURES) {
    const detail = pattern.exec(words)?.[1];
    if (detail !== undefined) return new ConnectionError(problem(detail), { failure, cause: error });
  }
  if (!BROKEN.has(error.name)) return undefined;
  return new ConnectionError(broke(words), { failure: "broken", cause: error });
}
