/**
 * Controllers: options, wiring, `serveController`. The only room that knows the others: it lets changes of the caches wake
 * keys, keys become Runs, and Runs write; and it stops all of it in order.
 *
 * Holds no rule of its own about steps, watches or the queue: those are kept by the rooms that they belong to.
 *
 * @module
 */

export type { Controller } from "./controller.ts";
export {
  type ControllerDefinition,
  type ControllerOptions,
  defineController,
  type HttpOptions,
  OptionsError,
  type OwnedKind,
  type Plan,
  requiredPermissions,
  type RequiredPermissionsOptions,
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
