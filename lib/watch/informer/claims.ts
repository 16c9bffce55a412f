/** Who wants which objects of one watch whole: those who share it may want different ones. */

import type { ObjectMeta } from "../../model/mod.ts";

/** Whether an object is somebody's, by its metadata. */
export type Claim = (metadata: ObjectMeta) => boolean;

/** The claims of all who share a watch. */
export class Claims {
  readonly #claims: Claim[] = [];
  #isAll = false;

  /** Somebody shares it from now on. @param claim Which objects are theirs; all, when it is not given. */
  add(claim: Claim | undefined): void {
    if (claim) this.#claims.push(claim);
    else this.#isAll = true;
  }

  /** Whether somebody wants all objects whole. */
  get isAll(): boolean {
    return this.#isAll;
  }

  /** Whether an object is anybody's. */
  readonly isOurs = (metadata: ObjectMeta): boolean => this.#isAll || this.#claims.some((claim) => claim(metadata));
}
