/** Whether the link to the server is so slow that answers should be compressed. Pure: times come in by argument. */

/** Shorter answers say nothing of the link, in bytes. An API server compresses none below 128 KiB. */
export const LONG_ANSWER: number = 256 * 1024;

/**
 * Bytes a millisecond (2,000 are 2 MB or 16 Mbit a second) below which a link is slow. A near API server writes lists twenty
 * times as fast, and still several times when it is busy, as compressing would make it the more; JSON becomes a fifth or less.
 */
const SLOW = 2_000;

/** A link that was slow is believed to be so for this long, in milliseconds. */
const BELIEVED_FOR = 600_000;

/** Watches how fast answers come. */
export class LinkSpeed {
  #slowUntil = -Infinity;

  /** Whether to ask for compressed answers now. */
  isSlow(now: number): boolean {
    return now < this.#slowUntil;
  }

  /** Takes note of an answer that was not compressed. */
  note(bytes: number, milliseconds: number, now: number): void {
    if (bytes >= LONG_ANSWER && bytes < SLOW * milliseconds) this.#slowUntil = now + BELIEVED_FOR;
  }
}
