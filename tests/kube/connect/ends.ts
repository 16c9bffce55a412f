/** The ends of a connection that have names: each is a cut of a `CuttingServer`. */

import type { Cut, Framing } from "../../wire/cutting_server.ts";

const below = { of: "way", after: 0 } as const;
const before = { in: "answer", of: "text", after: 0 } as const;

/** Where a connection ends, and how. */
const CUTS = {
  // As soon as it is free, before a request.
  "reset while unused": { in: "idleness", ...below, end: "reset" },
  "closed while unused": { in: "idleness", ...below, end: "closed below" },
  // After the first bytes of the request, which the server never gets.
  "reset in the request": { in: "request", ...below, end: "reset" },
  "closed in the request": { in: "request", ...below, end: "closed below" },
  // After the whole request.
  "closed before the answer": { ...before, end: "closed in order" },
  "cut before the answer": { ...before, end: "closed below" },
  "reset before the answer": { ...before, end: "reset" },
  // After the request has been carried out, and a part of the answer is on its way.
  "cut in the head of the answer": { ...before, after: 11, end: "closed below" },
  "reset in the body of the answer": { ...before, after: 90, end: "reset" },
  "cut in the body of the answer": { ...before, after: 90, end: "closed below" },
  "closed in the body of the answer": { ...before, after: 90, end: "closed in order" },
} satisfies Record<string, Cut>;

/** One of them, by its name. */
export type NamedEnd = keyof typeof CUTS;

/** Their names. */
export const ENDS = Object.keys(CUTS) as NamedEnd[];

/** What a `CuttingServer` is asked for at `/arm`, so that the next request on the connection meets the end. */
export function armFor(end: NamedEnd): URLSearchParams {
  const framing: Framing = end.startsWith("closed") ? "chunked" : "length";
  // Unused connections end when the bell rings; whoever rings it already has the answer.
  return new URLSearchParams({ cut: JSON.stringify(CUTS[end]), framing, waits: "for the bell" });
}
