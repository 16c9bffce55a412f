/**
 * Components: the dependents of an owner, each described once. Names, labels, owner references, finding them, and the steps
 * that ensure them: created when missing, kept as built when that is wanted.
 *
 * Decides only: it reads through the read API and returns Changes. Imports `kube` (owner references, namespaces), `steps` and
 * the leaves.
 *
 * @module
 */

export { Component, component } from "./component.ts";
export { APPLIED_ANNOTATION } from "./configuration.ts";
export { instanceOf, managerOf, readLabels, saysManager } from "./labels.ts";
export { ManyFoundError, NoneFoundError, NotOwnedError } from "./errors.ts";
export type { ComponentBody, ComponentFacts, ComponentOptions, EnsureOptions } from "./options.ts";
export {
  serviceHost,
  type ServiceHostOptions,
  type ServiceRef,
  serviceUrl,
  type ServiceUrlOptions,
} from "./service_address.ts";
