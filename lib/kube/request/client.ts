/** The transport: whatever performs HTTP requests against an API server. */

import type { RestClient } from "@cloudydeno/kubernetes-client";

export type {
  HttpMethods,
  JSONArray,
  JSONObject,
  JSONPrimitive,
  JSONValue,
  KubernetesTunnel,
  RequestOptions,
  RestClient,
} from "@cloudydeno/kubernetes-client";

/**
 * A client that knows which server it speaks to, as `connect()` gives it. A plain `RestClient` will do wherever this is
 * taken; then nothing can be said about the server, and no permission is checked before a request.
 */
export interface ClusterClient extends RestClient {
  /** The server's URL. */
  readonly server?: string;
  /** Where the credentials came from, for logs: `kubeconfig /home/me/.kube/config, context dev`. */
  readonly source?: string;
  /** What requests go over, for logs: `wire` or `fetch`. */
  readonly transport?: string;
  /**
   * Whether it sends each request at most once, whatever becomes of the connection. From 2.7.14 on, Deno's `fetch` does not by
   * itself. Where this is not said, the body of a write is given both as `bodyJson` and as `bodyStream`, which `fetch` cannot
   * send again; of the two, a client sends one.
   */
  readonly sendsOnce?: boolean;
}
