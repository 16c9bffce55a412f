/** The structure of a kubeconfig file. */

/** A kubeconfig file. */
export interface RawKubeConfig {
  "apiVersion": "v1";
  "kind": "Config";
  "contexts"?: { name: string; context: ContextConfig }[];
  "clusters"?: { name: string; cluster: ClusterConfig }[];
  "users"?: { name: string; user: UserConfig }[];
  "current-context"?: string;
  "preferences"?: { "colors"?: boolean; "extensions"?: NamedExtension[] };
}

/** A user, a cluster and a namespace. */
export interface ContextConfig {
  "cluster"?: string;
  "user"?: string;
  "namespace"?: string;
  "extensions"?: NamedExtension[];
}

/** The address of a cluster, and its certificate authority. */
export interface ClusterConfig {
  "server"?: string;
  "certificate-authority"?: string;
  "certificate-authority-data"?: string;
  "extensions"?: NamedExtension[];
}

/** The credentials of a user. */
export interface UserConfig {
  "token"?: string;
  "tokenFile"?: string;
  "username"?: string;
  "password"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "exec"?: UserExecConfig;
  "extensions"?: NamedExtension[];
}

/** An exec plugin that returns credentials. */
export interface UserExecConfig {
  "apiVersion":
    | "client.authentication.k8s.io/v1alpha1"
    | "client.authentication.k8s.io/v1beta1"
    | "client.authentication.k8s.io/v1";
  "command": string;
  "args"?: string[];
  "env"?: Array<{ "name": string; "value": string }>;
  "installHint"?: string;
  "provideClusterInfo"?: boolean;
  "interactiveMode"?: "Never" | "IfAvailable" | "Always";
}

/** Data of other tools in a kubeconfig. */
export interface NamedExtension {
  "name": string;
  "extension"?: unknown;
}
