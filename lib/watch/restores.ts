/** Restores of the server, as the watches of a process find them: what one has found, the others are told. */

import { isOlder } from "../model/mod.ts";
import type { SetBack } from "./standing.ts";

/** Tells a restore that nobody has heard of from one that others have found as well: each is passed on once. */
export class Restores<Watch> {
  #known: SetBack | undefined;
  readonly #foundBy = new Set<Watch>();

  /**
   * A watch has found that the server went back.
   *
   * @returns Whether the others are to be told: it is no restore that one of them has found before.
   */
  found(watch: Watch, { resourceVersion, seen }: SetBack): boolean {
    const known = this.#known;
    const isKnown = known !== undefined && !this.#foundBy.has(watch) &&
      !isOlder(resourceVersion, known.resourceVersion) && isOlder(resourceVersion, known.seen);
    if (!isKnown) {
      this.#known = { resourceVersion, seen };
      this.#foundBy.clear();
    }
    this.#foundBy.add(watch);
    return !isKnown;
  }
}
