/** A dependent of an owner, as the finding, keeping and owning code sees it. Only types. */

import type { Draft, KubeObject, ReadApi, ResourceKind } from "../model/mod.ts";
import type { PlannedDependent } from "../steps/mod.ts";

/**
 * A dependent of an owner. Components implement it.
 *
 * @typeParam R The owner's type.
 * @typeParam T The dependent's type.
 */
export interface Dependent<R extends KubeObject, T extends KubeObject> extends PlannedDependent<R> {
  readonly ownerKind: ResourceKind<R>;
  /** The kind of the dependent. */
  readonly kind: ResourceKind<T>;
  /** The part that the dependent plays for its owner. */
  readonly part: string;
  /** Whether dependents may be in other namespaces than their owner. */
  readonly mayLeave: boolean;
  labelsFor(owner: R): Record<string, string>;
  /** Whether the owner becomes its controller owner. */
  isOwned(owner: R): boolean;
  /** Builds the whole dependent for an owner. */
  build(owner: R): Draft<T>;
  /** Reads the object with the dependent's name, whoever owns it; `undefined` if there is none. */
  get(kube: ReadApi, owner: R): Promise<T | undefined>;
}
