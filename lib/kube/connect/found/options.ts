/** What a user may say about the cluster to connect to. */

/** What requests go over. */
export type TransportKind = "wire" | "fetch";

/** Options of `connect`. */
export interface ConnectOptions {
  /**
   * Path of the kubeconfig file. When given, no other source is asked.
   * @default {the files that KUBECONFIG names, else ~/.kube/config}
   */
  kubeconfig?: string | undefined;
  /**
   * The context of the kubeconfig. When given, only kubeconfig files are asked.
   * @default {the kubeconfig's current context}
   */
  context?: string | undefined;
  /**
   * URL of the API server. With `kubeconfig` or `context`, it takes the place of the server there, and leaves out its
   * `tls-server-name`. Alone, no credentials are sent and no other source is asked: that is for `kubectl proxy`.
   */
  server?: string | undefined;
  /**
   * Whether a token or a password may be sent over plain `http://` to another host than this machine, for all on the way to
   * read. kubectl sends none there.
   * @default {false}
   */
  allowPlainHttp?: boolean | undefined;
  /**
   * What requests go over: `wire`, connections of the module's own, or `fetch`, that of Deno, which takes about twice the
   * processor time. Both go through proxies of `http://`; `fetch` alone through those of `https://` and `socks5://`, and the
   * wire alone takes a `tls-server-name`. Where the variables that name a proxy must not be read, `fetch`, which knows them, is
   * tried when nobody can be reached straight.
   * @default {"wire", or "fetch" where the proxy takes it}
   */
  transport?: TransportKind | undefined;
}
