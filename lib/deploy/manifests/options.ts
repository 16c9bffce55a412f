/** What a user says of a deployment. */

/** CPU, memory and others, by name, as quantities of Kubernetes: `{ cpu: "50m", memory: "128Mi" }`. */
export type Quantities = Readonly<Record<string, string>>;

/** What the container asks for, and may take at most. */
export interface ResourceOptions {
  /**
   * What the node keeps free for it. None is more than its limit.
   * @default {{ cpu: "50m", memory: "128Mi" }}
   */
  readonly requests?: Quantities;
  /**
   * What it may take at most.
   * @default {{ memory: "512Mi" }}
   */
  readonly limits?: Quantities;
}

/** Options of the NetworkPolicy. */
export interface NetworkPolicyOptions {
  /**
   * The ports at which the API server listens. A NetworkPolicy sees a packet after the Service's port has been turned
   * into the server's own.
   * @default {[443, 6443, 8443, 16443]}
   */
  readonly apiServerPorts?: readonly number[];
  /**
   * The addresses of the API server, such as `["10.0.0.1/32"]`, if they are known and stay.
   * @default {all addresses}
   */
  readonly apiServerCidrs?: readonly string[];
}

/** Options of `manifests`. */
export interface ManifestOptions {
  /** The image of the operator: `registry.example/team/shop-operator:1.2.0`, best with its digest. */
  image: string;
  /**
   * When a node pulls it.
   * @default {what the cluster does: always for `latest`, else if it is missing}
   */
  imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /**
   * The names of Secrets with which nodes pull it.
   * @default {[]}
   */
  imagePullSecrets?: readonly string[];
  /**
   * The namespace that the operator runs in.
   * @default {the operator's name}
   */
  namespace?: string;
  /**
   * Whether the namespace is one of the objects, with the labels that let only restricted pods in. One that others use
   * should not be.
   * @default {true if `namespace` is not given}
   */
  createNamespace?: boolean;
  /**
   * The namespaces in which it looks after its objects; `"*"` is all. With a list, it gets Roles in these namespaces,
   * and rights in the whole cluster only for kinds that are in no namespace.
   * @default {those of its controllers}
   */
  watchNamespaces?: "*" | readonly string[];
  /**
   * The texts of its own flags, by their names.
   * @default {their defaults}
   */
  flags?: Readonly<Record<string, string>>;
  /**
   * Variables of its environment, as a container has them: `{ name, value }` or `{ name, valueFrom }`. A flag whose
   * variable is among them is not in the arguments, which would hide it.
   * @default {[]}
   */
  env?: readonly EnvVariable[];
  /**
   * Whether it installs its definitions itself when it starts, which takes the right to change them. Otherwise they
   * must be applied before.
   * @default {false}
   */
  installCrds?: boolean;
  /**
   * How many processes: 1, or 0 for a deployment that rests.
   * @default {1}
   */
  replicas?: number;
  /**
   * The number of the user and the group that it runs as, which are not root. False leaves both to the image, or to a
   * cluster that chooses them itself, as OpenShift does.
   * @default {65532}
   */
  runAsUser?: number | false;
  /** What the container asks for, and may take at most. */
  resources?: ResourceOptions;
  /**
   * The port of metrics and probes.
   * @default {8080}
   */
  port?: number;
  /**
   * The lowest level that is logged.
   * @default {"info"}
   */
  logLevel?: "debug" | "info" | "warn" | "error";
  /**
   * Whether its network is closed but for what it needs, as far as a NetworkPolicy can say that; or how.
   * @default {true}
   */
  networkPolicy?: boolean | NetworkPolicyOptions;
  /**
   * Whether the API server keeps its account to what its controllers declare, also if its token is stolen.
   * @default {false}
   */
  policy?: boolean;
  /**
   * How Prometheus' operator finds `/metrics`: `"pod"` by a PodMonitor, `"service"` by a Service and a ServiceMonitor.
   * @default {neither}
   */
  monitoring?: "pod" | "service";
  /**
   * Whether there is a PrometheusRule with alerts.
   * @default {false}
   */
  alerts?: boolean;
  /**
   * Whether there is a ConfigMap with a dashboard for Grafana.
   * @default {false}
   */
  dashboard?: boolean;
  /**
   * Labels of all objects, such as that by which a Prometheus selects its monitors.
   * @default {{}}
   */
  labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pod.
   * @default {{}}
   */
  podAnnotations?: Readonly<Record<string, string>>;
  /**
   * Annotations of the service account, such as those that give it a role in a cloud.
   * @default {{}}
   */
  serviceAccountAnnotations?: Readonly<Record<string, string>>;
  /**
   * The PriorityClass of the pod.
   * @default {that of the cluster}
   */
  priorityClassName?: string;
  /**
   * Labels that its node must have.
   * @default {{}}
   */
  nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Taints of nodes that it tolerates, as a pod has them.
   * @default {[]}
   */
  tolerations?: readonly Readonly<Record<string, unknown>>[];
  /**
   * Where it shall run, as a pod has it.
   * @default {anywhere}
   */
  affinity?: Readonly<Record<string, unknown>>;
}

/** A variable of the environment, as a container has it. */
export interface EnvVariable {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value?: string;
  /** Where its value is, such as in a Secret. */
  readonly valueFrom?: Readonly<Record<string, unknown>>;
}
