/**
 * The types and pure functions that all rooms share: Kubernetes objects, kinds, keys, resource versions, selectors, the read
 * API, and safe handling of whatever was thrown.
 *
 * A leaf: imports nothing from the other rooms.
 *
 * @module
 */

export { deepFreeze } from "./freeze.ts";
export { formatKey, keyOf, type ObjectRef, parseKey } from "./key.ts";
export {
  apiVersionOf,
  describeObject,
  isSameResource,
  kindOf,
  type KindOptions,
  type ObjectOf,
  type ResourceKind,
  type WritableKind,
} from "./kind.ts";
export { labelKeyProblem, labelValueProblem } from "./label_rules.ts";
export type { CustomObject, Draft, DraftMeta, KubeObject, ObjectMeta, OwnerReference, StatusOf } from "./object.ts";
export { controllerOf, isOwnedBy } from "./owner.ts";
export type { GetOptions, ListOptions, ReadApi } from "./read_api.ts";
export { compareResourceVersions, isOlder } from "./resource_version.ts";
export { formatSelector, type LabelSelector, matchesSelector, parseSelector } from "./selector.ts";
export { SelectorError } from "./selector_error.ts";
export type { Selector } from "./selector_parser.ts";
export { brandOf, causesOf, errorsWithin, isBranded, isError, isReadable, messageOf, watchPromise } from "./thrown.ts";
export { READ_VERBS, type ReadVerb, WRITE_VERBS, type WriteVerb } from "./verbs.ts";
