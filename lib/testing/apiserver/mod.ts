/**
 * A real Kubernetes API server for tests, as envtest is for Go: etcd and kube-apiserver as plain processes on 127.0.0.1.
 *
 * A door of its own: unlike the rest of `./testing`, it runs programs, and needs the permissions for that.
 *
 * @example Usage
 * ```ts
 * import { TypedClient } from "@staircase/operator/client";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { startApiServer } from "@staircase/operator/testing/apiserver";
 * import { assertEquals } from "@std/assert";
 *
 * // In your test, this is the function of `Deno.test(…)`.
 * export async function itIsStored() {
 *   await using server = await startApiServer();
 *   const cluster = new TypedClient(server.client);
 *   await cluster.create(ConfigMap, { metadata: { name: "a" }, data: { key: "value" } });
 *   assertEquals((await cluster.get(ConfigMap, "a"))?.data, { key: "value" });
 * }
 * ```
 *
 * @module
 */

export { type ApiServer, type ApiServerOptions, type ServiceAccountOptions, startApiServer } from "./api_server.ts";
export { ApiServerError } from "./errors.ts";
