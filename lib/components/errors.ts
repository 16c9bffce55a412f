/** What can be wrong with the dependents that there are. */

import { describeObject, type KubeObject, type OwnerReference, type ResourceKind } from "../model/mod.ts";
import { OWNER_ANNOTATION } from "./labels.ts";

/** Exactly one dependent was asked for, and there is none. */
export class NoneFoundError extends Error {
  /** The error's name. */
  override readonly name = "NoneFoundError";
}

/** Exactly one dependent was asked for, and there are several. */
export class ManyFoundError extends Error {
  /** The error's name. */
  override readonly name = "ManyFoundError";
  /** Those that were found. */
  readonly objects: readonly KubeObject[];

  /**
   * An error about several objects.
   *
   * @param message What was asked for.
   * @param objects Those that were found.
   */
  constructor(message: string, objects: readonly KubeObject[]) {
    super(message);
    this.objects = objects;
  }
}

/**
 * An object has the name of a dependent, and is not one: nobody's (see `adopt`), or somebody else's. It is left alone. The
 * Run fails and is tried again with backoff, as the cure is a change of that object, which wakes nobody here where it is
 * another owner's.
 */
export class NotOwnedError extends Error {
  /** The error's name. */
  override readonly name = "NotOwnedError";
  /** The controller owner that it has; `undefined` when it has none. */
  readonly controller: OwnerReference | undefined;

  /**
   * An error about an object.
   *
   * @param message What is wrong.
   * @param controller The controller owner that it has, if any.
   */
  constructor(message: string, controller?: OwnerReference) {
    super(message);
    this.controller = controller;
  }
}

/** An object that is nobody's. */
export function nobodys(kind: ResourceKind, object: KubeObject, owner: string): NotOwnedError {
  return new NotOwnedError(
    `Cannot use ${describeObject(kind, object.metadata)} for ${owner} as it was there before and nobody controls it: ` +
      "delete it, or pass { adopt: true }",
  );
}

/** As long as what a component writes; an annotation may be much longer. */
const LONGEST_SHOWN = 700;

/** An object that says to be the dependent of another owner. */
export function anotherOwners(kind: ResourceKind, object: KubeObject, owner: string, named: string): NotOwnedError {
  return new NotOwnedError(
    `Cannot use ${describeObject(kind, object.metadata)} for ${owner} as it is another owner's by its annotation ` +
      `${OWNER_ANNOTATION}: current value is ${
        JSON.stringify(named.slice(0, LONGEST_SHOWN))
      }; let the component's name hold the owner's namespace`,
  );
}

/** An object that is somebody else's. */
export function somebodyElses(
  kind: ResourceKind,
  object: KubeObject,
  owner: string,
  controller: OwnerReference,
): NotOwnedError {
  return new NotOwnedError(
    `Cannot use ${describeObject(kind, object.metadata)} for ${owner} as another owner controls it: ` +
      `current value is ${controller.kind} ${controller.name} (uid ${controller.uid})`,
    controller,
  );
}
