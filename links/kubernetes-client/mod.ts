/**
 * A drop-in for `jsr:@cloudydeno/kubernetes-client`, for checkouts that cannot reach JSR. It has the part of the API
 * that this project uses.
 *
 * @module
 */

export { KubeConfigRestClient } from "./client.ts";
export type {
  HttpMethods,
  JSONArray,
  JSONObject,
  JSONPrimitive,
  JSONValue,
  KubernetesTunnel,
  RequestOptions,
  RestClient,
} from "./contract.ts";
export { KubeConfig, KubeConfigContext } from "./kubeconfig.ts";
