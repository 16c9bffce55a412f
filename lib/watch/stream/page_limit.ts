/** How many objects a page may have, by how long the pages before were. Pure. */

/** A page that is longer than this, in bytes, costs the server more at a time than a page is to: it has to hold it. */
const LONG = 8 * 1024 * 1024;

/**
 * Asks for fewer objects where they are large. This process holds no page, however long; but the server and etcd do, for each of
 * their clients. A page in the middle of a list may be of another size than those before: where it ends, the next one begins.
 */
export class PageLimit {
  /** Of the objects that the options allow, one in so many. */
  #divisor = 1;

  /** How many objects the next page may have. @param most As many as the options allow. */
  of(most: number): number {
    return Math.max(1, Math.floor(most / this.#divisor));
  }

  /** A page has been read that had so many bytes. Where objects become small again, pages grow in steps. */
  read(bytes: number): void {
    const wanted = bytes / LONG * this.#divisor;
    this.#divisor = Math.max(1, wanted, this.#divisor / 4);
  }
}
