/** The flags of `run`, with the environment variables that stand in for them. */

import type { FlagDefinition, Operator } from "../deploy/operator/mod.ts";
import { OptionsError } from "../controller/mod.ts";
import { type Duration, toMilliseconds } from "../time/mod.ts";
import { type Flag, type Flags, flags } from "./flags/mod.ts";

/** The flags that `run` of every operator has. */
export const RUN_FLAGS = flags({
  "namespace": {
    brief: "the namespaces to manage objects in, * for all; of namespaced kinds only",
    form: "many",
    placeholder: "NAME",
    // Not OPERATOR_NAMESPACE: many a pod has that, and it is where the operator itself runs.
    env: "OPERATOR_WATCH_NAMESPACE",
    fallback: "the operator's own, usually all",
    parse: namespace,
  },
  "concurrency": {
    brief: "how many Runs of a controller may be under way at once",
    form: "one",
    placeholder: "COUNT",
    env: "OPERATOR_CONCURRENCY",
    fallback: "the controller's own, usually 8",
    parse: wholeNumber(1, 10_000),
  },
  "log-level": {
    brief: "the lowest level that is logged",
    form: "one",
    choices: ["debug", "info", "warn", "error"],
    env: "OPERATOR_LOG_LEVEL",
    fallback: "info",
  },
  "log-format": {
    brief: "how a line is logged",
    form: "one",
    choices: ["text", "json"],
    env: "OPERATOR_LOG_FORMAT",
    fallback: "text on a terminal, else json",
  },
  "port": {
    brief: "serve metrics and probes on this port, 0 for any",
    form: "one",
    placeholder: "PORT",
    env: "OPERATOR_PORT",
    fallback: "none: nothing listens",
    parse: wholeNumber(0, 65_535),
  },
  "host": {
    brief: "the address to serve metrics and probes on; needs --port",
    form: "one",
    placeholder: "ADDRESS",
    env: "OPERATOR_HOST",
    fallback: "all",
    parse: host,
  },
  "kubeconfig": {
    brief: "the kubeconfig file to find the cluster by",
    form: "one",
    placeholder: "FILE",
    fallback: "those that KUBECONFIG names, else ~/.kube/config, else the pod's account",
  },
  "context": {
    brief: "the context of the kubeconfig to use",
    form: "one",
    placeholder: "NAME",
    env: "OPERATOR_CONTEXT",
    fallback: "the current one",
  },
  "install-crds": {
    brief: "create or update the definitions of the operator's kinds before it serves them",
    form: "switch",
    env: "OPERATOR_INSTALL_CRDS",
    fallback: "true",
  },
  "events": {
    brief: "write Kubernetes Events about what the operator does",
    form: "switch",
    env: "OPERATOR_EVENTS",
    fallback: "the operator's own",
  },
  "revoke": {
    brief: "give up the permissions that are not needed any more once it serves",
    form: "switch",
    env: "OPERATOR_REVOKE",
    fallback: "true",
  },
  "shutdown-timeout": {
    brief: "how long Runs may take when the operator is told to end",
    form: "one",
    placeholder: "DURATION",
    env: "OPERATOR_SHUTDOWN_TIMEOUT",
    fallback: "the operator's own, usually 25s",
    parse: duration,
  },
});

/** The flags of an operator's own. Their texts are parsed with its definitions, which also know what is missing. */
export function ownFlags({ flags = {} }: Pick<Operator, "flags">): Flags {
  return Object.fromEntries(Object.entries<FlagDefinition>(flags).map(([name, flag]) => [name, toFlag(flag)]));
}

function toFlag({ description, default: fallback, env }: FlagDefinition): Flag {
  return {
    brief: description,
    form: "one",
    placeholder: "VALUE",
    ...(env !== undefined && { env }),
    ...(fallback !== undefined && { fallback }),
  };
}

/** All flags of `run`. */
export function allRunFlags(operator: Pick<Operator, "flags">): Flags {
  return { ...RUN_FLAGS, ...ownFlagsBeside(RUN_FLAGS, "run", operator) };
}

/**
 * The operator's own flags, for a command that has others.
 *
 * @throws {OptionsError} If a name is taken.
 */
export function ownFlagsBeside(others: Flags, command: string, operator: Pick<Operator, "flags">): Flags {
  const own = ownFlags(operator);
  for (const name of Object.keys(own)) {
    const why = problemOf(name, others, command);
    if (why !== undefined) {
      throw new OptionsError(`Cannot define the flag --${name} as ${why}: give it another name`);
    }
  }
  return own;
}

function problemOf(name: string, others: Flags, command: string): string | undefined {
  if (name.length === 1) return "a name must have two letters or more";
  if (name.startsWith("no-")) return "no- is for what turns a flag off";
  if (name === "help" || name === "help-all") return "it is for help";
  return Object.hasOwn(others, name) ? `the command ${command} has a flag of this name` : undefined;
}

function namespace(text: string): string {
  if (text === "*" || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new RangeError("it must be the name of a namespace, or * for all");
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    throw new RangeError(`it must be a whole number from ${least} to ${most}`);
  };
}

function host(text: string): string {
  const isOne = /^[-a-zA-Z0-9.:]+$/.test(text) && URL.canParse(`http://${text.includes(":") ? `[${text}]` : text}`);
  if (isOne) return text;
  throw new RangeError("it must be a host name or an address");
}

function duration(text: string): Duration {
  try {
    toMilliseconds(text as Duration);
    return text as Duration;
  } catch {
    throw new RangeError("it must be a duration such as 30s or 500ms (units ms, s, m, h)");
  }
}
