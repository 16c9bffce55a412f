/** What a user may say about the cluster to connect to. */

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
   * URL of the API server. With `kubeconfig` or `context`, it takes the place of the server there. Alone, no credentials
   * are sent and no other source is asked: that is for `kubectl proxy`.
   */
  server?: string | undefined;
  /**
   * Whether a token or a password may be sent over plain `http://` to another host than this machine, for all on the way to
   * read. kubectl sends none there.
   * @default {false}
   */
  allowPlainHttp?: boolean | undefined;
}
