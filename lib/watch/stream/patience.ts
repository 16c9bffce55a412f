/** Decides how long a watch may be silent and how long its answer may take to begin, by how the server has behaved. Pure. */

/** How much longer than `timeoutSeconds` a watch may be silent, in milliseconds. */
const GRACE = 10_000;

/** How long a watch with bookmarks may be silent, in milliseconds: kube-apiserver sends one every 59 to 62 seconds. */
const BOOKMARKS = 70_000;

/** How long a watch may be silent if the server neither ends watches nor sends bookmarks, in milliseconds. */
const LONGEST = 245_000;

/** How long an answer may take to begin if no proxy holds answers back, in milliseconds. */
const HEAD = 15_000;

/** If the head of an answer came this much earlier than its first bytes, in milliseconds, no proxy held it back. */
const LEAD = 1_000;

/**
 * What one watch may expect from its server.
 *
 * If nothing changes, a watch may be silent for its whole life: kube-apiserver sends no bookmark while its version is still
 * the one that the watch began at, and other servers never send any. But every server should end a watch after the requested
 * `timeoutSeconds`. So this time is short, and once the server has ended a watch in time, a longer silence means that the
 * connection is dead. Before that, the limit is the time of a bookmark, a little more than a minute. A server that neither
 * ends watches nor sends bookmarks gets four minutes, so that the watch does not reconnect in a loop.
 */
export class Patience {
  /** Whether a watch was given up because of silence. */
  #wasSilent = false;
  /** Whether the server has sent a bookmark. */
  #hasBookmarks = false;
  /** Whether the server has ended a watch in time. From then on this is expected. */
  #isPunctual = false;
  /** Whether answers to watches are known to begin at once: some proxies hold them back until there is an event. */
  #isPrompt = false;

  /** How long a watch may be silent that the server is to end after `seconds`; in milliseconds. */
  silence(seconds: number): number {
    const due = seconds * 1_000 + GRACE;
    if (this.#isPunctual) return due;
    return Math.max(due, this.#hasBookmarks || !this.#wasSilent ? BOOKMARKS : LONGEST);
  }

  /**
   * How long the answer to such a watch may take to begin, in milliseconds. A proxy that holds it back sends it at the end of
   * the watch at the latest.
   */
  head(seconds: number): number {
    const silence = this.silence(seconds);
    return this.#isPrompt ? Math.min(HEAD, silence) : silence;
  }

  /** To be called when the first bytes, or the end, came `lead` milliseconds after the head of the answer. */
  broughtSomething(lead: number): void {
    if (lead >= LEAD) this.#isPrompt = true;
  }

  /** To be called when an answer did not begin in time. The next one gets the longer limit: there may be a proxy now. */
  unanswered(): void {
    this.#isPrompt = false;
  }

  fellSilent(): void {
    this.#wasSilent = true;
  }

  bookmarked(): void {
    this.#hasBookmarks = true;
  }

  /**
   * To be called when the server has ended a watch properly.
   *
   * @param elapsed How long the watch has lived, in milliseconds.
   * @param seconds The `timeoutSeconds` of its request.
   * @returns Whether the server ended it in time. If it was early, the server is probably shutting down, and another may
   * answer next.
   */
  ended(elapsed: number, seconds: number): boolean {
    const isDue = elapsed >= seconds * 1_000 - LEAD;
    this.#isPunctual ||= isDue;
    return isDue;
  }
}
