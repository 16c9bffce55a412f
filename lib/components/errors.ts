/** What can be wrong with existing dependents. */

import { describeObject, type KubeObject, type OwnerReference, type ResourceKind } from "../model/mod.ts";
import { OWNER_ANNOTATION } from "./labels.ts";

/** Exactly one dependent was asked for, and none was found. */
export class NoneFoundError extends Error {
  /** The error's name. */
  override readonly name = "NoneFoundError";
}

/** Exactly one dependent was asked for, and several were found. */
export class ManyFoundError extends Error {
  /** The error's name. */
  override readonly name = "ManyFoundError";
  /** The objects that were found. */
  readonly objects: readonly KubeObject[];

  /**
   * Creates the error.
   *
   * @param message What was asked for.
   * @param objects The objects that were found.
   */
  constructor(message: string, objects: readonly KubeObject[]) {
    super(message);
    this.objects = objects;
  }
}

/**
 * An object has the name of a dependent but does not belong to the owner: it belongs to nobody (see `adopt`) or to
 * somebody else. It is left alone. The Run fails and is retried with backoff: only a change of that object helps, and
 * if it belongs to another owner, that change does not wake this one.
 */
export class NotOwnedError extends Error {
  /** The error's name. */
  override readonly name = "NotOwnedError";
  /** The object's controller owner; `undefined` if it has none. */
  readonly controller: OwnerReference | undefined;

  /**
   * Creates the error.
   *
   * @param message What is wrong.
   * @param controller The object's controller owner, if any.
   */
  constructor(message: string, controller?: OwnerReference) {
    super(message);
    this.controller = controller;
  }
}

/** The error for an object that belongs to nobody. */
export function unownedError(kind: ResourceKind, object: KubeObject, owner: string): NotOwnedError {
  return new NotOwnedError(
    `Cannot use ${describeObject(kind, object.metadata)} for ${owner} as it exists and has no controller owner: ` +
      "delete it, or pass { adopt: true }",
  );
}

/** As long as what a component writes. A foreign annotation may be much longer, and is cut. */
const LONGEST_SHOWN = 700;

/** The error for an object whose annotation names another owner. */
export function otherOwnerError(kind: ResourceKind, object: KubeObject, owner: string, named: string): NotOwnedError {
  return new NotOwnedError(
    `Cannot use ${describeObject(kind, object.metadata)} for ${owner} as its annotation ${OWNER_ANNOTATION} names ` +
      `another owner: current value is ${
        JSON.stringify(named.slice(0, LONGEST_SHOWN))
      }; put the owner's namespace into the component's name`,
  );
}

/** The error for an object that another owner controls. */
export function otherControllerError(
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
