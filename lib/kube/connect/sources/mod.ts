/**
 * Where clusters are found: in kubeconfig files, in the pod, behind a `kubectl proxy`.
 *
 * @module
 */

export { locate } from "./locate.ts";
