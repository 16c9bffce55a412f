/** An answer, before it takes the form that a client asked for. */

/** What every answer has. */
export interface AnswerHead {
  /** The HTTP status code. */
  readonly code: number;
  /** The media type. */
  readonly contentType: string;
  /** What the API server warns of, as in the headers `Warning`. */
  readonly warnings?: readonly string[];
}

/** Either a text, or a stream of lines that goes on. */
export type Answer =
  | AnswerHead & { readonly text: string }
  | AnswerHead & { readonly stream: ReadableStream<Uint8Array> };

/** An answer in JSON. */
export function jsonAnswer(code: number, text: string): Answer {
  return { code, contentType: "application/json", text };
}

/** An answer in plain text. */
export function textAnswer(code: number, text: string): Answer {
  return { code, contentType: "text/plain; charset=utf-8", text };
}

/** What the API server says of a path that it does not know at all. Not a `Status`: clients see a text. */
export const PAGE_NOT_FOUND: Answer = textAnswer(404, "404 page not found\n");
