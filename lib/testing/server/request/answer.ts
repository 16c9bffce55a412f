/** An answer, before it is converted to the form that the client requested. */

/** The part that every answer has. */
export interface AnswerHead {
  /** The HTTP status code. */
  readonly code: number;
  /** The media type. */
  readonly contentType: string;
  /** The API server's warnings, as in `Warning` headers. */
  readonly warnings?: readonly string[];
}

/** Either a text, or an open stream of lines. */
export type Answer =
  | AnswerHead & { readonly text: string }
  | AnswerHead & { readonly stream: ReadableStream<Uint8Array> };

export function jsonAnswer(code: number, text: string): Answer {
  return { code, contentType: "application/json", text };
}

/** An answer in plain text. */
export function textAnswer(code: number, text: string): Answer {
  return { code, contentType: "text/plain; charset=utf-8", text };
}

/** The answer for an unknown path. It is plain text, not a `Status`. */
export const PAGE_NOT_FOUND: Answer = textAnswer(404, "404 page not found\n");
