/** The continue token of a list: its revision, and the position of the next page. */

import { badRequest, decodeBase64Url, encodeBase64Url, isFields } from "../values/mod.ts";

/** The position of the next page. A revision of -1 means the current state. */
export interface ContinueToken {
  readonly revision: number;
  /** Only places after this one remain. */
  readonly after: string;
}

export function formatContinue({ revision, after }: ContinueToken): string {
  return encodeBase64Url(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${after}\0` }));
}

/** Parses a token. @throws {StatusError} If it is invalid. */
export function parseContinue(text: string): ContinueToken {
  const bad = /[^A-Za-z0-9_-]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length - 1 : undefined);
  if (bad !== undefined) throw notValid(`illegal base64 data at input byte ${bad}`);
  const token = parse(text);
  if (!isFields(token)) throw notValid(problemOf(text));
  if (token.v !== "meta.k8s.io/v1") {
    throw badRequest(
      "invalid continue token: continue key is not valid: server does not recognize this encoded version",
    );
  }
  if (typeof token.rv !== "number" || token.rv === 0) {
    throw notValid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (typeof token.start !== "string" || token.start === "") {
    throw notValid("encoded start key empty (version meta.k8s.io/v1)");
  }
  return { revision: token.rv, after: token.start.replace(/\0$/, "") };
}

function notValid(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(decodeBase64Url(text));
  } catch {
    return undefined; // what is no token is answered as such by the caller
  }
}

/** Go's error for a text that is not a JSON object, depending on where parsing ends. */
function problemOf(text: string): string {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const [first = ""] = bytes.trimStart();
  if (first === "") return "unexpected end of JSON input";
  const code = first.charCodeAt(0);
  const shown = code > 0x20 && code < 0x7f ? first : `\\u${code.toString(16).padStart(4, "0")}`;
  return `invalid character '${shown}' looking for beginning of value`;
}
