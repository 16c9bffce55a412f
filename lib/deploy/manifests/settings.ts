/** What the objects are made of: the options, checked and complete. */

import type { ResolvedOperator } from "../operator/mod.ts";
import type { EnvVariable, Quantities } from "./options.ts";

/** What the objects are made of. */
export interface Settings {
  readonly operator: ResolvedOperator;
  /** The name of all objects: that of the operator. */
  readonly name: string;
  readonly namespace: string;
  readonly createNamespace: boolean;
  /** The namespaces of the arguments; `undefined` for those of the controllers. */
  readonly watchNamespaces: "*" | readonly string[] | undefined;
  readonly image: string;
  readonly imagePullPolicy: string | undefined;
  readonly imagePullSecrets: readonly { readonly name: string }[];
  /** The texts of the operator's own flags, but for those that the environment gives. */
  readonly flags: Readonly<Record<string, string>>;
  /** The arguments that give them. */
  readonly flagArguments: readonly string[];
  readonly env: readonly EnvVariable[];
  readonly installCrds: boolean;
  readonly replicas: number;
  /** `undefined` for the image's, or the cluster's. */
  readonly runAsUser: number | undefined;
  readonly resources: { readonly requests: Quantities; readonly limits: Quantities };
  readonly port: number;
  readonly logLevel: string;
  /** `undefined` for none. */
  readonly network: NetworkSettings | undefined;
  readonly policy: boolean;
  readonly monitoring: "pod" | "service" | undefined;
  readonly alerts: boolean;
  readonly dashboard: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
  readonly priorityClassName: string | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Readonly<Record<string, unknown>>[];
  readonly affinity: Readonly<Record<string, unknown>>;
}

/** What the NetworkPolicy is made of. */
export interface NetworkSettings {
  readonly apiServerPorts: readonly number[];
  /** Whom a rule of a NetworkPolicy is for; empty for all addresses. */
  readonly apiServerPeers: readonly unknown[];
  /** The rules for hosts of the operator's own. */
  readonly egress: readonly unknown[];
}
