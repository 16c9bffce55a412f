/** Chooses the size of pages by the bytes of earlier pages. Pure. */

/** The target size of a page, in bytes: the server holds a whole page in memory. */
const LONG = 8 * 1024 * 1024;

/**
 * Requests fewer objects per page if they are large. This process never holds a whole page, but the server and etcd do, for
 * each of their clients. The page size may change within a list: each page begins where the previous one ended.
 */
export class PageLimit {
  /** The page size of the options is divided by this. */
  #divisor = 1;

  /** How many objects the next page may have. @param most The page size of the options. */
  of(most: number): number {
    return Math.max(1, Math.floor(most / this.#divisor));
  }

  /** Takes the size of a page that was read into account. If objects become smaller again, pages grow step by step. */
  read(bytes: number): void {
    const wanted = bytes / LONG * this.#divisor;
    this.#divisor = Math.max(1, wanted, this.#divisor / 4);
  }
}
