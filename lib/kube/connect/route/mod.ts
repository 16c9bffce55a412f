/**
 * By which way requests get to a cluster that was found: over the wire or by `fetch`, straight or through the proxy that
 * the kubeconfig or the environment names.
 *
 * @module
 */

export { isUnverified, serverNameOf, withRoute } from "./route.ts";
