/** The flags of `manifests`: what its options are called on a command line. */

import { flags } from "../flags/mod.ts";
import { RUN_FLAGS } from "../run_flags.ts";

/** The flags of `manifests`. */
export const MANIFEST_FLAGS = flags({
  "image": {
    brief: "the image of the operator, such as registry.example/team/simple:1.2.0",
    form: "one",
    placeholder: "IMAGE",
    isRequired: true,
  },
  "format": {
    brief: "one YAML stream, a JSON List, a base for Kustomize, or a chart for Helm; the last two need --output",
    form: "one",
    choices: ["yaml", "json", "kustomize", "helm"],
    fallback: "yaml",
  },
  "output": {
    brief: "the folder to write files into, - for the standard output",
    form: "one",
    placeholder: "DIR",
    fallback: "-",
  },
  "namespace": {
    brief: "the namespace that the operator runs in",
    form: "one",
    placeholder: "NAME",
    fallback: "the operator's name",
  },
  "create-namespace": {
    brief: "make that namespace one of the objects",
    form: "switch",
    fallback: "true unless --namespace is given",
  },
  "watch-namespace": {
    brief: "the namespaces to manage objects in, * for all: with names, the operator gets Roles there",
    form: "many",
    placeholder: "NAME",
    fallback: "the operator's own, usually all",
    parse: RUN_FLAGS.namespace.parse,
  },
  "image-pull-policy": {
    brief: "when a node pulls the image",
    form: "one",
    choices: ["Always", "IfNotPresent", "Never"],
    fallback: "what the cluster does",
  },
  "image-pull-secret": {
    brief: "the Secrets with which nodes pull the image",
    form: "many",
    placeholder: "NAME",
    fallback: "none",
  },
  "env": {
    brief: "a variable of its environment; one that a flag of its own has takes the place of the flag",
    form: "each",
    placeholder: "NAME=VALUE",
    fallback: "none",
    parse: pair,
  },
  "install-crds": {
    brief: "let the operator install its definitions itself, which takes the right to change them",
    form: "switch",
    fallback: "false: apply them before",
  },
  "replicas": {
    brief: "how many processes: 1, or 0 for a deployment that rests",
    form: "one",
    placeholder: "COUNT",
    fallback: "1",
    parse: wholeNumber,
  },
  "run-as-user": {
    brief:
      "the number of the user and group that it runs as, not root; none leaves them to the image or the cluster, " +
      "as OpenShift wants",
    form: "one",
    placeholder: "NUMBER|none",
    fallback: "65532",
    parse: userNumber,
  },
  "request": {
    brief: "what its node keeps free for it, such as cpu=50m,memory=128Mi",
    form: "many",
    placeholder: "NAME=QUANTITY",
    fallback: "cpu=50m,memory=128Mi",
    parse: pair,
  },
  "limit": {
    brief: "what it may take at most, such as memory=512Mi",
    form: "many",
    placeholder: "NAME=QUANTITY",
    fallback: "memory=512Mi",
    parse: pair,
  },
  "port": {
    brief: "the port of metrics and probes",
    form: "one",
    placeholder: "PORT",
    fallback: "8080",
    parse: RUN_FLAGS.port.parse,
  },
  "log-level": {
    brief: "the lowest level that is logged",
    form: "one",
    choices: ["debug", "info", "warn", "error"],
    fallback: "info",
  },
  "network-policy": {
    brief: "close its network but for what it needs",
    form: "switch",
    fallback: "true",
  },
  "api-server-port": {
    brief: "the ports at which the API server listens, for the NetworkPolicy",
    form: "many",
    placeholder: "PORT",
    fallback: "443,6443,8443,16443",
    parse: RUN_FLAGS.port.parse,
  },
  "api-server-cidr": {
    brief: "the addresses of the API server, for the NetworkPolicy, such as 10.0.0.1/32",
    form: "many",
    placeholder: "CIDR",
    fallback: "all",
  },
  "policy": {
    brief: "let the API server keep its account to what it declares, also if its token is stolen",
    form: "switch",
    fallback: "false",
  },
  "monitoring": {
    brief: "how Prometheus finds its metrics: by a PodMonitor, or by a Service and a ServiceMonitor",
    form: "one",
    choices: ["pod", "service"],
    fallback: "neither",
  },
  "alerts": { brief: "add a PrometheusRule with alerts", form: "switch", fallback: "false" },
  "dashboard": { brief: "add a ConfigMap with a dashboard for Grafana", form: "switch", fallback: "false" },
  "label": {
    brief: "labels of all objects, such as release=prometheus",
    form: "many",
    placeholder: "NAME=VALUE",
    fallback: "none",
    parse: pair,
  },
  "pod-annotation": {
    brief: "an annotation of the pod",
    form: "each",
    placeholder: "NAME=VALUE",
    fallback: "none",
    parse: pair,
  },
  "service-account-annotation": {
    brief: "an annotation of the service account, such as that of its role in a cloud",
    form: "each",
    placeholder: "NAME=VALUE",
    fallback: "none",
    parse: pair,
  },
  "priority-class": {
    brief: "the PriorityClass of the pod",
    form: "one",
    placeholder: "NAME",
    fallback: "that of the cluster",
  },
  "node-selector": {
    brief: "labels that its node must have",
    form: "many",
    placeholder: "NAME=VALUE",
    fallback: "none",
    parse: pair,
  },
  "toleration": {
    brief: `a taint that it tolerates, as JSON: {"key":"dedicated","operator":"Exists"}`,
    form: "each",
    placeholder: "JSON",
    fallback: "none",
    parse: jsonObject,
  },
  "affinity": {
    brief: "where it shall run, as JSON, as a pod has it",
    form: "one",
    placeholder: "JSON",
    fallback: "anywhere",
    parse: jsonObject,
  },
});

function pair(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new RangeError("it must be a name, an equals sign and a value");
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RangeError("it must be a whole number");
}

function userNumber(text: string): number | false {
  if (text === "none") return false;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new RangeError("it must be a whole number, or none");
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  const value = parsed(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RangeError("it must be a JSON object");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError("it must be JSON");
  }
}
