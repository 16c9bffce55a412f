/** The token that a list gives out when there is more: the revision it is of, and where it goes on. */

import { decodeBase64Url, encodeBase64Url } from "./base64.ts";
import { isFields } from "./json.ts";
import { badRequest } from "./status.ts";

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
  const token = parse(text);
  if (!isFields(token) || typeof token.rv !== "number" || typeof token.start !== "string") {
    throw badRequest("invalid continue token: continue key is not valid: it was not given out by this server");
  }
  return { revision: token.rv, after: token.start.replace(/\0$/, "") };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(decodeBase64Url(text));
  } catch {
    return undefined; // what is no token is answered as such by the caller
  }
}
