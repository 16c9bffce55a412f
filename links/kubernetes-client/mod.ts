/**
 * Drop-in for `jsr:@cloudydeno/kubernetes-client`, for checkouts that cannot reach JSR: of its API, what this project
 * imports.
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
