/** Options for connecting to a cluster. */

/** What carries requests. */
export type TransportKind = "wire" | "fetch";

/** Options of `connect`. */
export interface ConnectOptions {
  /**
   * Path of the kubeconfig file. If given, no other source is tried.
   * @default {the files that KUBECONFIG names, else ~/.kube/config}
   */
  kubeconfig?: string | undefined;
  /**
   * The context of the kubeconfig. If given, only kubeconfig files are tried.
   * @default {the kubeconfig's current context}
   */
  context?: string | undefined;
  /**
   * URL of the API server. With `kubeconfig` or `context`, it replaces the server there, and its `tls-server-name` is
   * ignored. Alone, no credentials are sent and no other source is tried: use this for `kubectl proxy`.
   */
  server?: string | undefined;
  /**
   * Whether a token or a password may be sent over plain `http://` to another host, where anybody on the way can read
   * it. kubectl never sends them.
   * @default {false}
   */
  allowPlainHttp?: boolean | undefined;
  /**
   * What carries requests: `wire` is the module's own connections; `fetch` is Deno's, which takes about twice the
   * processor time. Both support `http://` proxies. Only `fetch` supports `https://` and `socks5://` proxies, and only
   * the wire supports `tls-server-name`. If the variables that name a proxy may not be read and the server cannot be
   * reached directly, `fetch` is tried, because it knows them by itself.
   * @default {"wire", or "fetch" if the proxy needs it}
   */
  transport?: TransportKind | undefined;
}
