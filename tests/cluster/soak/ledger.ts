/** Writes as their operator knows them, beside those that the API server's audit log says have come. */

import { TextLineStream } from "../text_lines.ts";
import type { AuditEvent } from "../audit.ts";
import { MARK, type Written } from "./written.ts";

/** What the audit log says of marked writes, and of watches. */
export interface Arrivals {
  /** How often each mark has arrived. */
  readonly marks: ReadonlyMap<string, number>;
  /** Of each user and kind, the longest time in which there was no watch between two, in milliseconds. */
  readonly gaps: ReadonlyMap<string, number>;
}

/** Reads the audit log. */
export async function readArrivals(auditLog: string): Promise<Arrivals> {
  const marks = new Map<string, number>();
  const ends = new Map<string, number>();
  const gaps = new Map<string, number>();
  const file = await Deno.open(auditLog);
  for await (const line of file.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
    if (!line.includes("serviceaccount:soak-")) continue;
    const event: AuditEvent = JSON.parse(line);
    const { stage, verb, user: { username }, objectRef } = event;
    const mark = new URL(event.requestURI, "https://api").searchParams.get(MARK);
    if (mark !== null && stage !== "ResponseStarted") marks.set(mark, (marks.get(mark) ?? 0) + 1);
    if (verb !== "watch") continue;
    const key = `${username.split(":").at(-1)} ${objectRef?.resource}`;
    const at = Date.parse(event.stageTimestamp);
    if (stage === "ResponseComplete") {
      ends.set(key, at);
    } else if (ends.has(key)) {
      gaps.set(key, Math.max(gaps.get(key) ?? 0, at - ends.get(key)!));
      // The one before may end after this one has begun, or be held for long by somebody who has forgotten it.
      ends.delete(key);
    }
  }
  return { marks, gaps };
}

/** What does not fit together; nothing when all is well. */
export function contradictions(written: readonly Written[], { marks }: Arrivals): string[] {
  const found: string[] = [];
  for (const [mark, count] of marks) if (count > 1) found.push(`write ${mark} arrived ${count} times`);
  for (const { mark, end, method } of written) {
    const arrivals = marks.get(mark) ?? 0;
    if (end === "well" && arrivals !== 1) {
      found.push(`${method} ${mark} was answered well, and arrived ${arrivals} times`);
    }
    if (end === "unsent" && arrivals !== 0) found.push(`${method} ${mark} was said to be unsent, and arrived`);
  }
  return found;
}
