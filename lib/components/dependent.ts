/** One dependent of an owner, as those see it who find it, keep it and tell whose it is. Only types. */

import type { Draft, KubeObject, ReadApi, ResourceKind } from "../model/mod.ts";
import type { PlannedDependent } from "../steps/mod.ts";

/**
 * One dependent of an owner. A component is one.
 *
 * @typeParam R The owner.
 * @typeParam T The dependent.
 */
export interface Dependent<R extends KubeObject, T extends KubeObject> extends PlannedDependent<R> {
  /** The kind of the owner. */
  readonly ownerKind: ResourceKind<R>;
  /** The kind of the dependent. */
  readonly kind: ResourceKind<T>;
  /** What part it plays. */
  readonly part: string;
  /** Its labels for an owner. */
  labelsFor(owner: R): Record<string, string>;
  /** Whether the owner becomes its controller owner. */
  isOwned(owner: R): boolean;
  /** The whole dependent for an owner. */
  build(owner: R): Draft<T>;
  /** The object of its name, whoever owns it; `undefined` when there is none. */
  get(kube: ReadApi, owner: R): Promise<T | undefined>;
}
