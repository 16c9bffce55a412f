/** Predicates: which changes of an object are worth a Run. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import { refusePromise } from "../refuse_promise.ts";

/** A change, as a predicate sees it: `before` is absent when the object is new, `after` when it is gone. */
export interface ObjectChange<T extends KubeObject = KubeObject> {
  /** The object as it was. */
  readonly before?: T | undefined;
  /** The object as it is. */
  readonly after?: T | undefined;
}

/** Whether a change is worth a Run. */
export type Predicate<T extends KubeObject = KubeObject> = (change: ObjectChange<T>) => boolean;

/**
 * Passes when the spec has changed, and when the object is new, gone or another one of that name. Changes of the status,
 * the labels and the annotations do not pass. For kinds that do not count generations, such as ConfigMap, every new version
 * passes. A deletion that was asked for counts as a change of the spec.
 *
 * @example Usage
 * ```ts
 * import { generationChanged } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 *
 * const at = (generation: number, resourceVersion: string) => ({
 *   apiVersion: "v1",
 *   kind: "Foo",
 *   metadata: { name: "foo", uid: "1", creationTimestamp: "", generation, resourceVersion },
 * });
 * assertEquals(generationChanged({ before: at(1, "7"), after: at(1, "8") }), false);
 * assertEquals(generationChanged({ before: at(1, "8"), after: at(2, "9") }), true);
 * assertEquals(generationChanged({ after: at(1, "7") }), true);
 * ```
 */
export function generationChanged(change: ObjectChange): boolean {
  const both = bothOf(change);
  if (!both) return true;
  const [before, after] = both;
  const { generation } = after.metadata;
  if (generation === undefined) return before.metadata.resourceVersion !== after.metadata.resourceVersion;
  // Some kinds count but leave the deletion out.
  return generation !== before.metadata.generation || deletionRequested({ before, after });
}

/** Passes when the labels have changed, and when the object is new, gone or another one of that name. */
export function labelsChanged(change: ObjectChange): boolean {
  const both = bothOf(change);
  return !both || !isSameRecord(both[0].metadata.labels, both[1].metadata.labels);
}

/** Passes when the annotations have changed, and when the object is new, gone or another one of that name. */
export function annotationsChanged(change: ObjectChange): boolean {
  const both = bothOf(change);
  return !both || !isSameRecord(both[0].metadata.annotations, both[1].metadata.annotations);
}

/** Passes when deletion has been asked for and was not before. The object is still there, for its finalizers to be run. */
export function deletionRequested({ before, after }: ObjectChange): boolean {
  if (after?.metadata.deletionTimestamp === undefined) return false;
  return !before || isAnother(before, after) || before.metadata.deletionTimestamp === undefined;
}

/** Passes when one of the predicates passes. */
export function anyOf<T extends KubeObject>(...predicates: readonly Predicate<T>[]): Predicate<T> {
  return (change) => predicates.some((predicate) => ask(predicate, change));
}

/** Passes when all predicates pass. */
export function allOf<T extends KubeObject>(...predicates: readonly Predicate<T>[]): Predicate<T> {
  return (change) => predicates.every((predicate) => ask(predicate, change));
}

/** Passes when the predicate does not. */
export function not<T extends KubeObject>(predicate: Predicate<T>): Predicate<T> {
  return (change) => !ask(predicate, change);
}

/**
 * What a predicate says.
 *
 * @throws {TypeError} If it says so later only: an async predicate would pass always, whatever it means to say.
 */
export function ask<T extends KubeObject>(predicate: Predicate<T>, change: ObjectChange<T>): boolean {
  const passes: unknown = predicate(change);
  if (typeof passes === "object") refusePromise(passes);
  return Boolean(passes);
}

/** The versions of an object that was there and still is. One that is missing is told without a look at the other. */
function bothOf(change: ObjectChange): readonly [before: KubeObject, after: KubeObject] | undefined {
  const { before } = change;
  if (!before) return undefined;
  const { after } = change;
  return after && !isAnother(before, after) ? [before, after] : undefined;
}

/** Whether an object of the same name has taken the place of another. */
function isAnother(before: KubeObject, after: KubeObject): boolean {
  return before.metadata.uid !== after.metadata.uid;
}

function isSameRecord(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
