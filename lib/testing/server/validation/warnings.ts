/** The API server's warnings about valid objects of built-in kinds. */

import {
  arrayOf,
  type Fields,
  fieldsOf,
  isFields,
  isSame,
  nameErrors,
  quantityInMillis,
  type ServerObject,
} from "../values/mod.ts";
import { itemsOf } from "./checks.ts";

const TEMPLATED = ["DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"];

/** The warnings about an object; `old` is the object that it replaces. */
export function warningsOf(object: ServerObject, old: ServerObject | undefined): string[] {
  const spec = fieldsOf(object.spec);
  const { kind } = object;
  if (kind === "Service") return serviceWarnings(spec);
  const named = old ? [] : nameWarnings(object);
  if (kind === "Pod") return old && isSame(spec, old.spec) ? [] : [...named, ...podWarnings(spec, "spec")];
  if (kind === "CronJob") {
    const template = fieldsOf(fieldsOf(fieldsOf(spec.jobTemplate).spec).template);
    return [...named, ...podWarnings(fieldsOf(template.spec), "spec.jobTemplate.spec.template.spec")];
  }
  if (!TEMPLATED.includes(kind)) return [];
  const template = fieldsOf(spec.template);
  if (old && isSame(template, fieldsOf(old.spec).template)) return [];
  return [...named, ...podWarnings(fieldsOf(template.spec), "spec.template.spec")];
}

function serviceWarnings({ externalIPs }: Fields): string[] {
  if (arrayOf(externalIPs).length === 0) return [];
  return ["spec.externalIPs is deprecated and may no longer be implemented in some clusters"];
}

/** Names that are not valid host names. */
function nameWarnings({ kind, metadata: { name } }: ServerObject): string[] {
  const problems = nameErrors(name, "label", "").map(({ message }) => message.replace(/^.*?: .*?: /, ""));
  if (problems.length === 0) return [];
  const use = kind === "Pod" ? "the Pod's hostname" : "Pod names and hostnames";
  const why = "which can result in surprising behavior; a DNS label is recommended";
  return [`metadata.name: this is used in ${use}, ${why}: [${problems.join(" ")}]`];
}

function podWarnings(spec: Fields, path: string): string[] {
  const containers = [
    ...itemsOf(spec.initContainers, `${path}.initContainers`),
    ...itemsOf(spec.containers, `${path}.containers`),
  ];
  const secrets = itemsOf(spec.imagePullSecrets, `${path}.imagePullSecrets`);
  return [
    ...twice(itemsOf(spec.hostAliases, `${path}.hostAliases`), "ip"),
    ...twice(secrets, "name"),
    ...secrets.filter(([{ name }]) => !name).map(([, at]) => `${at}.name: invalid empty name ""`),
    ...containers.flatMap(([container, at]) => [...fractions(container, at), ...hiddenVariables(container, at)]),
    ...portWarnings(containers),
  ];
}

function twice(items: readonly [Fields, string][], name: string): string[] {
  const seen = new Set<unknown>();
  return items.flatMap(([item, at]) => {
    if (seen.has(item[name])) return [`${at}.${name}: duplicate ${name} ${JSON.stringify(item[name])}`];
    seen.add(item[name]);
    return [];
  });
}

/** Warns of fractions of a byte. */
function fractions(container: Fields, at: string): string[] {
  const resources = fieldsOf(container.resources);
  return ["memory", "ephemeral-storage"].flatMap((name) =>
    ["limits", "requests"].flatMap((part) => {
      const value = fieldsOf(resources[part])[name];
      if (value === undefined || quantityInMillis(value) % 1000n === 0n) return [];
      const shown = JSON.stringify(value);
      return [`${at}.resources.${part}[${name}]: fractional byte value ${shown} is invalid, must be an integer`];
    })
  );
}

function hiddenVariables(container: Fields, at: string): string[] {
  const seen = new Set<unknown>();
  return itemsOf(container.env, `${at}.env`).flatMap(([{ name, value, valueFrom }, where]) => {
    const reference = `$(${name})`;
    const isHidden = isFields(valueFrom) || value === reference || !String(value ?? "").includes(reference);
    if (!seen.has(name) || !isHidden) {
      seen.add(name);
      return [];
    }
    const shown = JSON.stringify(name);
    return [`${where}: hides previous definition of ${shown}, which may be dropped when using apply`];
  });
}

function portWarnings(containers: readonly [Fields, string][]): string[] {
  const ports = containers.flatMap(([container, at]) => itemsOf(container.ports, `${at}.ports`));
  const same = ports.flatMap(([port, at], index) =>
    ports.slice(0, index).flatMap(([other, where]) => {
      if (port.containerPort !== other.containerPort || port.protocol !== other.protocol) return [];
      if (port.hostIP === other.hostIP && port.hostPort === other.hostPort) {
        return [`${at}: duplicate port definition with ${where}`];
      }
      return port.hostPort === undefined || other.hostPort === undefined
        ? [`${at}: overlapping port definition with ${where}`]
        : [];
    })
  );
  const names = ports.flatMap(([{ name }, at], index) => {
    const first = name ? ports.slice(0, index).find(([other]) => other.name === name) : undefined;
    if (!first) return [];
    const use = `services and probes that select ports by name will use ${first[1]}`;
    return [`${at}: duplicate port name ${JSON.stringify(name)} with ${first[1]}, ${use}`];
  });
  return [...same, ...names];
}
