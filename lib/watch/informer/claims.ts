/** Claims: which objects of a shared watch are wanted whole, by any of those who share it. */

import type { ObjectMeta } from "../../model/mod.ts";

/** Whether an object is wanted whole, by its metadata. */
export type Claim = (metadata: ObjectMeta) => boolean;

/** The claims of all users of one watch. */
export class Claims {
  readonly #claims: Claim[] = [];
  #isAll = false;

  /** Adds the claim of a user of the watch. @param claim The claim; without one, all objects are wanted whole. */
  add(claim: Claim | undefined): void {
    if (claim) this.#claims.push(claim);
    else this.#isAll = true;
  }

  /** Whether any user wants all objects whole. */
  get isAll(): boolean {
    return this.#isAll;
  }

  /** Whether any user wants the object whole. */
  readonly isOurs = (metadata: ObjectMeta): boolean => this.#isAll || this.#claims.some((claim) => claim(metadata));
}
