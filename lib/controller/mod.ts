/**
 * Controllers: options, wiring and `serveController`. Only this room knows all others. It connects them: changes in
 * caches wake keys, keys become Runs, Runs write. It also stops everything in order.
 *
 * It has no rules of its own about steps, watches or the queue; those belong to their rooms.
 *
 * @module
 */

export type { Controller } from "./controller.ts";
export {
  type ControllerDefinition,
  type ControllerOptions,
  defineController,
  type HttpOptions,
  listeningHosts,
  OptionsError,
  type OwnedKind,
  type Plan,
  requiredPermissions,
  type RequiredPermissionsOptions,
  type ResolvedController,
  resolveServe,
  type RunReport,
  type ServeOneOptions,
  type ServeOptions,
  type ServeSeveralOptions,
  type WatchedKind,
  watchKind,
  type WatchKindOptions,
} from "./options/mod.ts";
export { runsUnderWay } from "./runs_under_way.ts";
export { serveController } from "./serve_controller.ts";
export { ShutdownError } from "./server.ts";
