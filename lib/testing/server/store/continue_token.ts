/** The token that a list gives out when there is more: the revision it is of, and where it goes on. */

import { badRequest, decodeBase64Url, encodeBase64Url, isFields } from "../values/mod.ts";

/** Where a list goes on. A revision of -1 means: as things are now. */
export interface ContinueToken {
  readonly revision: number;
  /** Places greater than this one are still to come. */
  readonly after: string;
}

/** The text of a token. */
export function formatContinue({ revision, after }: ContinueToken): string {
  return encodeBase64Url(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${after}\0` }));
}

/** The token of a text. @throws {StatusError} If it is not one. */
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

/** What Go says of a text that is no JSON object: at what its reading ends. */
function problemOf(text: string): string {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const [first = ""] = bytes.trimStart();
  if (first === "") return "unexpected end of JSON input";
  const code = first.charCodeAt(0);
  const shown = code > 0x20 && code < 0x7f ? first : `\\u${code.toString(16).padStart(4, "0")}`;
  return `invalid character '${shown}' looking for beginning of value`;
}
