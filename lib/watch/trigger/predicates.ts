/** Predicates: decide which changes of an object need a Run. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import { refusePromise } from "../refuse_promise.ts";

/** A change of an object: `before` is absent if the object is new, `after` if it is gone. */
export interface ObjectChange<T extends KubeObject = KubeObject> {
  /** The object before the change. */
  readonly before?: T | undefined;
  /** The object after the change. */
  readonly after?: T | undefined;
}

/** Whether a change needs a Run. */
export type Predicate<T extends KubeObject = KubeObject> = (change: ObjectChange<T>) => boolean;

/**
 * Passes if the spec has changed (by `metadata.generation`), if deletion was requested, and if the object is new, gone or
 * replaced by another one with the same name. Changes of only the status, labels or annotations do not pass. For kinds without
 * a generation, such as ConfigMap, every new version passes.
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
  // For some kinds, a requested deletion does not change the generation.
  return generation !== before.metadata.generation || deletionRequested({ before, after });
}

/** Passes if the labels have changed, and if the object is new, gone or replaced by another one with the same name. */
export function labelsChanged(change: ObjectChange): boolean {
  const both = bothOf(change);
  return !both || !isSameRecord(both[0].metadata.labels, both[1].metadata.labels);
}

/** Passes if the annotations have changed, and if the object is new, gone or replaced by another one with the same name. */
export function annotationsChanged(change: ObjectChange): boolean {
  const both = bothOf(change);
  return !both || !isSameRecord(both[0].metadata.annotations, both[1].metadata.annotations);
}

/** Passes when deletion is requested, not at later changes. The object still exists until its finalizers are removed. */
export function deletionRequested({ before, after }: ObjectChange): boolean {
  if (after?.metadata.deletionTimestamp === undefined) return false;
  return !before || isAnother(before, after) || before.metadata.deletionTimestamp === undefined;
}

/** Passes if at least one of the predicates passes. */
export function anyOf<T extends KubeObject>(...predicates: readonly Predicate<T>[]): Predicate<T> {
  return (change) => predicates.some((predicate) => ask(predicate, change));
}

/** Passes if all predicates pass. */
export function allOf<T extends KubeObject>(...predicates: readonly Predicate<T>[]): Predicate<T> {
  return (change) => predicates.every((predicate) => ask(predicate, change));
}

/** Passes if the predicate does not pass. */
export function not<T extends KubeObject>(predicate: Predicate<T>): Predicate<T> {
  return (change) => !ask(predicate, change);
}

/**
 * Calls a predicate.
 *
 * @throws {TypeError} If it returns a promise: an async predicate would always pass.
 */
export function ask<T extends KubeObject>(predicate: Predicate<T>, change: ObjectChange<T>): boolean {
  const passes: unknown = predicate(change);
  if (typeof passes === "object") refusePromise(passes);
  return Boolean(passes);
}

/**
 * Both versions of the same object; `undefined` if one is missing. Reads `after` only if there is a `before`, as reading
 * parses.
 */
function bothOf(change: ObjectChange): readonly [before: KubeObject, after: KubeObject] | undefined {
  const { before } = change;
  if (!before) return undefined;
  const { after } = change;
  return after && !isAnother(before, after) ? [before, after] : undefined;
}

/** Whether the object was replaced by another one with the same name. */
function isAnother(before: KubeObject, after: KubeObject): boolean {
  return before.metadata.uid !== after.metadata.uid;
}

function isSameRecord(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
