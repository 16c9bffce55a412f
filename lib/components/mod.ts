/**
 * Components describe the dependents of an owner, each one once: their names, labels and owner references, how they are
 * found, and the steps that ensure them (create if missing, keep as built if wanted).
 *
 * This room only decides: it reads through the read API and returns Changes. It imports `kube` (owner references,
 * namespaces), `steps` and the leaves.
 *
 * @module
 */

export { Component, component } from "./component.ts";
export { APPLIED_ANNOTATION } from "./configuration.ts";
export { instanceOf, isManagedBy, MANAGED_BY, managerOf, OWNER_ANNOTATION, readLabels } from "./labels.ts";
export { ManyFoundError, NoneFoundError, NotOwnedError } from "./errors.ts";
export type { ComponentBody, ComponentFacts, ComponentOptions, EnsureOptions } from "./options.ts";
export {
  serviceHost,
  type ServiceHostOptions,
  type ServiceRef,
  serviceUrl,
  type ServiceUrlOptions,
} from "./service_address.ts";
