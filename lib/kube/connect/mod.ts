/**
 * How an operator finds its cluster: {@link connect} asks the kubeconfig files, the service account of the pod and
 * `kubectl proxy`, in that order, and says for each why not when none has a cluster.
 *
 * Reads environment variables and files, and may run the exec plugin that a kubeconfig names; asks for each permission
 * first and never prompts. `host.ts` is the only file that touches Deno for this. Makes no request to a cluster, but for the
 * one that finds out whether a `kubectl proxy` is there. Requests are the business of the client that it gives.
 *
 * @module
 */

export { connect, type ConnectedClient } from "./connect.ts";
export {
  type ConnectAttempt,
  ConnectError,
  type ConnectErrorOptions,
  type ConnectOptions,
  formatPermissionFlags,
  hostOf,
  joinNeeds,
  PermissionError,
  type PermissionNeeds,
  type TransportKind,
} from "./found/mod.ts";
export { assertClientPermission, assertNetPermission, connectionPermissions, isConnectable } from "./permissions.ts";
