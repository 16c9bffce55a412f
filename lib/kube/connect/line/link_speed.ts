/** Decides whether the link to the server is slow enough to ask for compressed answers. Pure: times are arguments. */

/** The least size of an answer that shows the speed of the link, in bytes. An API server compresses none below 128 KiB. */
export const LONG_ANSWER: number = 256 * 1024;

/**
 * Bytes per millisecond below which a link is slow (2,000 are 2 MB or 16 Mbit per second). A near API server writes
 * lists twenty times as fast, and still several times as fast when it is busy: then it should not also have to
 * compress. JSON compresses to a fifth or less.
 */
const SLOW = 2_000;

/** How long a link counts as slow after a slow answer, in milliseconds. */
const BELIEVED_FOR = 600_000;

/** Measures how fast answers arrive. */
export class LinkSpeed {
  #slowUntil = -Infinity;

  /** Whether to ask for compressed answers now. */
  isSlow(now: number): boolean {
    return now < this.#slowUntil;
  }

  /** Records an answer that was not compressed. */
  note(bytes: number, milliseconds: number, now: number): void {
    if (bytes >= LONG_ANSWER && bytes < SLOW * milliseconds) this.#slowUntil = now + BELIEVED_FOR;
  }
}
