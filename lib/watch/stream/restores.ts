/** Makes sure that each restore of the server that one watch finds is passed on to the other watches once. */

import { isOlder } from "../../model/mod.ts";
import type { SetBack } from "./set_back.ts";

/** Distinguishes a new restore from one that other watches have found already. */
export class Restores<Watch> {
  #known: SetBack | undefined;
  readonly #foundBy = new Set<Watch>();

  /**
   * To be called when a watch has found that the server went back in time.
   *
   * @returns Whether the others must be told: none of them has found this restore before.
   */
  found(watch: Watch, { resourceVersion, seen }: SetBack): boolean {
    const isNew = this.#foundBy.has(watch) || !this.#isKnown(resourceVersion);
    if (isNew) this.#begin({ resourceVersion, seen });
    this.#foundBy.add(watch);
    return isNew;
  }

  /** Whether a restore that a write has found is new, so that all watches must be told. */
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
