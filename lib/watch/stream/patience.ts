/** How long a watch may be silent, and how long its answer may take to begin: learnt from what the server does. Pure. */

/** How much longer than the server's own limit a watch may be silent, in milliseconds. */
const GRACE = 10_000;

/** Longer than that no watch with bookmarks is silent, in milliseconds: kube-apiserver sends one every 59 to 62 seconds. */
const BOOKMARKS = 70_000;

/** The end of patience with a server that neither ends its watches nor sends bookmarks, in milliseconds. */
const LONGEST = 245_000;

/** How long an answer may take to begin that is not held back, in milliseconds. */
const HEAD = 15_000;

/** An answer that began so long before anything came in it was not held back, in milliseconds. */
const LEAD = 1_000;

/**
 * What is to be expected of the server that one watch speaks to.
 *
 * A watch of which nothing has changed may be silent for as long as it lives: bookmarks say that time has passed, but
 * kube-apiserver sends none while the version is the one that the watch began at, and others never send any. What every server
 * does is to end the watch at the time that it was asked for. So that time is short, and from the first watch that was ended so,
 * silence beyond it is death. Until then there are the bookmarks to go by, which come once a minute. A server that turns out
 * neither to end its watches nor to send bookmarks is given four minutes, so that nobody reconnects in a loop.
 */
export class Patience {
  /** Whether a watch was given up for its silence. */
  #wasSilent = false;
  /** Whether the server has sent a bookmark. */
  #hasBookmarks = false;
  /** Whether the server has ended a watch when it was due. From then on it is held to that. */
  #isPunctual = false;
  /** Whether the answer to a watch is known to begin at once: some proxies hold it back until there is something to send. */
  #isPrompt = false;

  /** How long a watch may be silent that the server is to end after so many seconds; in milliseconds. */
  silence(seconds: number): number {
    const due = seconds * 1_000 + GRACE;
    if (this.#isPunctual) return due;
    return Math.max(due, this.#hasBookmarks || !this.#wasSilent ? BOOKMARKS : LONGEST);
  }

  /** How long the answer to such a watch may take to begin, in milliseconds. One that is held back begins with the end, at the latest. */
  head(seconds: number): number {
    const silence = this.silence(seconds);
    return this.#isPrompt ? Math.min(HEAD, silence) : silence;
  }

  /** The first bytes, or the end, came so many milliseconds after the answer had begun. */
  broughtSomething(lead: number): void {
    if (lead >= LEAD) this.#isPrompt = true;
  }

  /** An answer did not begin in time. The next one gets its full time, as a proxy may have come in between. */
  unanswered(): void {
    this.#isPrompt = false;
  }

  /** A watch was silent for too long. */
  fellSilent(): void {
    this.#wasSilent = true;
  }

  /** A bookmark came. */
  bookmarked(): void {
    this.#hasBookmarks = true;
  }

  /**
   * The server has ended a watch in order.
   *
   * @param elapsed How long it had lived, in milliseconds.
   * @param seconds How long it was to live.
   * @returns Whether it was due. If not, the server is on its way out, and another one may answer.
   */
  ended(elapsed: number, seconds: number): boolean {
    const isDue = elapsed >= seconds * 1_000 - LEAD;
    this.#isPunctual ||= isDue;
    return isDue;
  }
}
