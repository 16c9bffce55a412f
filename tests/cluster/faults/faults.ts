/** What can happen to a request on its way, and what is noted of it. */

import type { HttpRequest } from "./http_request.ts";

/** What happens to a request. */
export type Fault =
  /** The connection ends before the request is passed on. */
  | { readonly type: "cut-before" }
  /** It is carried out; the connection ends after so many bytes of the answer, head included. */
  | { readonly type: "cut-answer"; readonly afterBytes: number }
  /** Nothing is passed on, and nothing answered, for as long as the client waits. */
  | { readonly type: "swallow" }
  /** It is carried out; nothing is answered, for as long as the client waits. */
  | { readonly type: "swallow-answer" }
  /** It is carried out so many milliseconds later, also when the client has given up by then. */
  | { readonly type: "deliver-late"; readonly delay: number }
  /** It is not passed on; this is answered instead. */
  | { readonly type: "answer"; readonly answer: OddAnswer }
  /** It is carried out; this is answered instead of what the API server said. */
  | { readonly type: "answer-after"; readonly answer: OddAnswer }
  /** It is carried out, and its answer changed. */
  | { readonly type: "rewrite"; readonly rewrite: (body: string) => string };

/** An answer that no API server would give. */
export interface OddAnswer {
  readonly status: number;
  readonly body: string;
  /** `application/json` by default. */
  readonly contentType?: string;
  /** In chunks, without a length. */
  readonly chunked?: boolean;
  /** Other fields of the head. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Which requests a fault happens to. */
export interface FaultRule {
  readonly match: (request: HttpRequest) => boolean;
  readonly fault: Fault;
  /** How often at most; always by default. */
  readonly times?: number;
}

/** A request that has come, and what became of it. */
export interface Arrival {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string;
  /** What happened to it. */
  readonly fault: Fault["type"] | undefined;
  /** The API server's answer; `undefined` while, or when, it has not been asked. */
  status: number | undefined;
}
