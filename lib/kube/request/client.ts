/** The client: whatever performs HTTP requests against an API server. */

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
 * A client that knows its server, as `connect()` returns it. A plain `RestClient` also works wherever this type is
 * accepted. But then nothing is known about the server, and no permission is checked before a request.
 */
export interface ClusterClient extends RestClient {
  /** The server's URL. */
  readonly server?: string;
  /** Where the credentials came from, for logs: `kubeconfig /home/me/.kube/config, context dev`. */
  readonly source?: string;
  /** What carries requests, for logs: `wire` or `fetch`. */
  readonly transport?: string;
  /**
   * Whether it sends each request at most once, even if the connection breaks. Deno's `fetch` since 2.7.14 does not, by
   * itself. If this is not set, the body of a write is given as `bodyJson` and as `bodyStream`, which `fetch` cannot
   * send again. The client must send only one of the two.
   */
  readonly sendsOnce?: boolean;
}
