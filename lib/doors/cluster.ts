/**
 * The cluster as a process meets it: which permissions of Deno it takes to reach it, at which addresses its Services are, and
 * what a client is for those who bring one of their own.
 *
 * `connect` and `isConnectable`, which are all that an operator needs, are at the main door.
 *
 * @example The flags to start an operator with
 * ```ts
 * import { formatPermissionFlags, requiredPermissions } from "@staircase/operator/cluster";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using client = new EmbeddedCluster(); // leave it out to ask for the cluster of the kubeconfig
 * const needs = await requiredPermissions({ client, http: { port: 8080, hostname: "127.0.0.1" } });
 * assertEquals(formatPermissionFlags(needs), ["--allow-net=127.0.0.1:8080"]);
 * ```
 *
 * @module
 */

// Permissions.
export { requiredPermissions, type RequiredPermissionsOptions } from "../controller/mod.ts";
export { connectionPermissions, formatPermissionFlags, type PermissionNeeds, podPermissions } from "../kube/mod.ts";
// Addresses of Services.
export { serviceHost, type ServiceHostOptions, type ServiceRef } from "../components/mod.ts";
export { serviceUrl, type ServiceUrlOptions } from "../components/mod.ts";
// Owner references, where no controller fills them in.
export { ownerReference } from "../kube/mod.ts";
// What a client is.
export type { HttpMethods, KubernetesTunnel, RequestOptions, RestClient, TransportKind } from "../kube/mod.ts";
export type { JSONArray, JSONObject, JSONPrimitive, JSONValue } from "../kube/mod.ts";
