/**
 * The sources of clusters: kubeconfig files, the pod's service account, a `kubectl proxy`.
 *
 * @module
 */

export { locate } from "./locate.ts";
export { podNeeds } from "./source_in_cluster.ts";
