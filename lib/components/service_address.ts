/** The address at which a Service is reached from inside the cluster. */

/** A Service: a stored object, a draft with its namespace, or its name and namespace. */
export type ServiceRef =
  | { readonly name: string; readonly namespace: string }
  | { readonly metadata: { readonly name?: string; readonly namespace?: string } };

/** Options of {@link serviceHost}. */
export interface ServiceHostOptions {
  /**
   * The DNS domain of the cluster.
   * @default {"cluster.local"}
   */
  clusterDomain?: string;
}

/** Options of {@link serviceUrl}. */
export interface ServiceUrlOptions extends ServiceHostOptions {
  /**
   * The scheme of the URL.
   * @default {"http"}
   */
  scheme?: string;
  /**
   * The port.
   * @default {the scheme's default port}
   */
  port?: number;
  /**
   * Path and query.
   * @default {"/"}
   */
  path?: string;
}

/**
 * The host name of a Service, inside the cluster.
 *
 * @param service The Service, or its name and namespace.
 * @param options The cluster's domain.
 * @throws {TypeError} If the name or the namespace is missing.
 *
 * @example Usage
 * ```ts
 * import { serviceHost } from "@staircase/operator/cluster";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(serviceHost({ name: "web", namespace: "shop" }), "web.shop.svc.cluster.local");
 * ```
 */
export function serviceHost(service: ServiceRef, options: ServiceHostOptions = {}): string {
  const { clusterDomain = "cluster.local" } = options;
  const { name, namespace } = "metadata" in service ? service.metadata : service;
  if (!name || !namespace) {
    throw new TypeError(
      `Cannot tell the host of a Service as it needs a name and a namespace: current value is name "${name}", namespace "${namespace}"`,
    );
  }
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

/**
 * The URL of a Service, inside the cluster.
 *
 * @param service The Service, or its name and namespace.
 * @param options Scheme, port and path.
 * @throws {TypeError} If the name or the namespace is missing, or the parts make no valid URL.
 *
 * @example Usage
 * ```ts
 * import { serviceUrl } from "@staircase/operator/cluster";
 * import { assertEquals } from "@std/assert";
 *
 * const service = { name: "web", namespace: "shop" };
 * assertEquals(serviceUrl(service, { port: 8080, path: "/metrics?since=1h" }),
 *   "http://web.shop.svc.cluster.local:8080/metrics?since=1h");
 * ```
 */
export function serviceUrl(service: ServiceRef, options: ServiceUrlOptions = {}): string {
  const { scheme = "http", port, path = "/", clusterDomain } = options;
  const host = serviceHost(service, clusterDomain === undefined ? {} : { clusterDomain });
  const origin = `${scheme}://${host}${port === undefined ? "" : `:${port}`}`;
  return new URL(path, origin).href;
}
