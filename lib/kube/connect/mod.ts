/**
 * How an operator finds its cluster: {@link connect} tries the kubeconfig files, the pod's service account and
 * `kubectl proxy`, in that order, and reports each reason if none has a cluster.
 *
 * This room reads environment variables and files, and may run the exec plugin that a kubeconfig names. It checks each
 * permission first and never prompts. For this, only `host.ts` uses Deno's API. Its only request to a cluster tests
 * whether a `kubectl proxy` is listening; all others are made by the client that it returns.
 *
 * @module
 */

export { connect, type ConnectedClient } from "./connect.ts";
export {
  type ConnectAttempt,
  ConnectError,
  type ConnectErrorOptions,
  type ConnectOptions,
  describePermission,
  formatPermissionFlags,
  hostOf,
  joinNeeds,
  mapNeeds,
  PERMISSION_KINDS,
  PermissionError,
  type PermissionKind,
  type PermissionNeeds,
  type TransportKind,
} from "./found/mod.ts";
export {
  assertClientPermission,
  assertNetPermission,
  assertPermissions,
  connectionPermissions,
  isConnectable,
  podPermissions,
} from "./permissions.ts";
