/**
 * A located cluster: its address, its user and the route to it, with the permissions that these need. All of `connect/`
 * uses these terms.
 *
 * @module
 */

export {
  type ConnectAttempt,
  ConnectError,
  type ConnectErrorOptions,
  describeMissing,
  PermissionError,
} from "./errors.ts";
export { denoHost, describePermission, type Host, readFile } from "./host.ts";
export {
  allNeeds,
  type ClusterConfig,
  type FileReference,
  type Finding,
  type Header,
  type KeyPair,
  lastingNeeds,
  type Located,
  type Route,
  searchNeedsOf,
  STRAIGHT,
  type UserConfig,
} from "./located.ts";
export {
  formatPermissionFlags,
  hostOf,
  joinNeeds,
  mapNeeds,
  needsNothing,
  PERMISSION_KINDS,
  type PermissionKind,
  type PermissionNeeds,
} from "./needs.ts";
export type { ConnectOptions, TransportKind } from "./options.ts";
export { parseProxyUrl, PROXY_SCHEMES, type ProxyConfig, proxyHost } from "./proxy_url.ts";
export { checkPlainHttp, isServerUrl, shownUrl, withoutSecretParts } from "./server_url.ts";
