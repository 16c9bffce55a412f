/** An answer, before it takes the form that a client asked for. */

/** Either a text, or a stream of lines that goes on. */
export type Answer =
  | { readonly code: number; readonly contentType: string; readonly text: string }
  | { readonly code: number; readonly contentType: string; readonly stream: ReadableStream<Uint8Array> };

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
