/**
 * The options of `serveController`, checked and completed, and the report of a Run.
 *
 * @module
 */

export {
  type ControllerDefinition,
  type ControllerOptions,
  defineController,
  type HttpOptions,
  type OwnedKind,
  type Plan,
  type ServeOneOptions,
  type ServeOptions,
  type ServeSeveralOptions,
  type WatchedKind,
  watchKind,
  type WatchKindOptions,
} from "./options.ts";
export { listeningHosts, requiredPermissions, type RequiredPermissionsOptions } from "./permissions.ts";
export { levelOf, logRun, type RunReport, waitOf } from "./report.ts";
export type { ResolvedOwned } from "./owned.ts";
export { OptionsError, type ResolvedController } from "./resolve.ts";
export { type ResolvedServe, resolveServe } from "./resolve_serve.ts";
