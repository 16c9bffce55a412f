/**
 * The route of requests to a located cluster: over the wire or by `fetch`, directly or through the proxy of the
 * kubeconfig or the environment.
 *
 * @module
 */

export { isUnverified, serverNameOf, withRoute } from "./route.ts";
