/** Restores of the server, as the watches of a process find them: what one has found, the others are told. */

import { isOlder } from "../../model/mod.ts";
import type { SetBack } from "./set_back.ts";

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
    const isNew = this.#foundBy.has(watch) || !this.#isKnown(resourceVersion);
    if (isNew) this.#begin({ resourceVersion, seen });
    this.#foundBy.add(watch);
    return isNew;
  }

  /** Whether all are to be told of what a write has found. */
  isNew(found: SetBack): boolean {
    const isNew = !this.#isKnown(found.resourceVersion);
    if (isNew) this.#begin(found);
    return isNew;
  }

  #isKnown(resourceVersion: string): boolean {
    const known = this.#known;
    return known !== undefined && !isOlder(resourceVersion, known.resourceVersion) &&
      isOlder(resourceVersion, known.seen);
  }

  #begin(found: SetBack): void {
    this.#known = found;
    this.#foundBy.clear();
  }
}
