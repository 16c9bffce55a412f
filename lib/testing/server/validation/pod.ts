/** Validates Pods and Pod templates. */

import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isFields,
  isSame,
  nameErrors,
  notSupported,
  required,
  type ServerObject,
} from "../values/mod.ts";
import { duplicates, itemsOf, labelErrors, named, notNegative, oneOf } from "./checks.ts";
import { containerErrors, identity, type Surroundings } from "./container.ts";

/** What is wrong with a Pod. */
export function pod(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const errors = podSpecErrors(spec, "spec");
  if (!old) {
    return spec.ephemeralContainers === undefined
      ? errors
      : [...errors, forbiddenField("spec.ephemeralContainers", "cannot be set on create")];
  }
  return [...errors, ...fixedErrors(spec, fieldsOf(old.spec))];
}

const MUTABLE =
  "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` " +
  "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was " +
  "previously negative)";

/** Almost nothing in a Pod can be changed. */
function fixedErrors(spec: Fields, old: Fields): FieldError[] {
  const kept = (fields: Fields) => {
    const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, nodeName: _node, ...rest } = fields;
    const withoutImage = (list: unknown) => arrayOf(list).map((container) => ({ ...fieldsOf(container), image: "" }));
    return { ...rest, containers: withoutImage(rest.containers), initContainers: withoutImage(rest.initContainers) };
  };
  const missing = arrayOf(old.tolerations).some((one) =>
    !arrayOf(spec.tolerations).some((other) => isSame(one, other))
  );
  const moved = old.nodeName !== undefined && old.nodeName !== spec.nodeName;
  if (isSame(kept(spec), kept(old)) && !missing && !moved && (spec.nodeName === old.nodeName)) return [];
  return [forbiddenField("spec", `pod updates may not change fields other than ${MUTABLE}`)];
}

/** The errors of a Pod template, except for labels that do not match the selector. */
export function templateErrors(template: unknown, path: string): FieldError[] {
  const { metadata, spec } = fieldsOf(template);
  const { labels, annotations } = fieldsOf(metadata);
  return [
    ...labelErrors(labels, `${path}.labels`),
    ...labelErrors(
      Object.fromEntries(Object.keys(fieldsOf(annotations)).map((key) => [key, ""])),
      `${path}.annotations`,
    ),
    ...podSpecErrors(fieldsOf(spec), `${path}.spec`),
  ];
}

/** What is wrong with the spec of a Pod. */
function podSpecErrors(spec: Fields, path: string): FieldError[] {
  const volumes = itemsOf(spec.volumes, `${path}.volumes`);
  const around: Surroundings = {
    volumes: new Set(volumes.map(([{ name }]) => String(name))),
    hostNetwork: spec.hostNetwork === true,
  };
  const restart = ["Always", "OnFailure", "Never"];
  const dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
  return [
    ...volumes.flatMap(volumeErrors),
    ...duplicates(volumes, "name"),
    ...allContainers(spec, path, around),
    ...oneOf(spec, "restartPolicy", path, restart),
    ...oneOf(spec, "dnsPolicy", path, dns),
    ...labelErrors(spec.nodeSelector, `${path}.nodeSelector`),
    ...identity(fieldsOf(spec.securityContext), `${path}.securityContext`),
    ...["serviceAccountName", "nodeName", "priorityClassName"].flatMap((name) => named(spec, name, path, "subdomain")),
    ...deadline(spec, path),
    ...named(spec, "hostname", path, "label"),
    ...named(spec, "subdomain", path, "label"),
    ...itemsOf(spec.tolerations, `${path}.tolerations`).flatMap(toleration),
    ...itemsOf(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`).flatMap(spread),
  ];
}

function allContainers(spec: Fields, path: string, around: Surroundings): FieldError[] {
  const containers = itemsOf(spec.containers, `${path}.containers`);
  const first = itemsOf(spec.initContainers, `${path}.initContainers`);
  if (containers.length === 0) return [required(`${path}.containers`)];
  return [
    ...containers.flatMap(([container, at]) => containerErrors(container, at, around)),
    ...first.flatMap(([container, at]) => [...containerErrors(container, at, around), ...startErrors(container, at)]),
    ...duplicates([...containers, ...first], "name"),
  ];
}

/** Init containers cannot have probes or lifecycle handlers. */
function startErrors(container: Fields, at: string): FieldError[] {
  if (container.restartPolicy === "Always") return [];
  const why = "may not be set for init containers without restartPolicy=Always";
  return ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"].flatMap((name) =>
    container[name] === undefined ? [] : [forbiddenField(`${at}.${name}`, why)]
  );
}

function deadline({ activeDeadlineSeconds: seconds }: Fields, path: string): FieldError[] {
  if (typeof seconds !== "number" || (seconds >= 1 && seconds <= 2147483647)) return [];
  return [invalidValue(`${path}.activeDeadlineSeconds`, seconds, "must be between 1 and 2147483647, inclusive")];
}

function toleration([fields, at]: [Fields, string]): FieldError[] {
  const { key, operator = "Equal", value } = fields;
  const errors: FieldError[] = [];
  if (!key && operator !== "Exists") {
    const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalidValue(`${at}.operator`, operator, why));
  }
  if (operator === "Exists" && value) {
    errors.push(invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else if (operator !== "Exists" && operator !== "Equal") {
    errors.push(notSupported(`${at}.operator`, operator, ["Equal", "Exists"]));
  }
  return [...errors, ...oneOf(fields, "effect", at, ["NoSchedule", "PreferNoSchedule", "NoExecute"])];
}

function spread([fields, at]: [Fields, string]): FieldError[] {
  const errors: FieldError[] = [];
  if (!(Number(fields.maxSkew) > 0)) {
    errors.push(invalidValue(`${at}.maxSkew`, fields.maxSkew, "must be greater than zero"));
  }
  if (!fields.topologyKey) errors.push(required(`${at}.topologyKey`, "can not be empty"));
  return [...errors, ...oneOf(fields, "whenUnsatisfiable", at, ["DoNotSchedule", "ScheduleAnyway"])];
}

/** The required field of each volume type. */
const VOLUME_NEEDS: Readonly<Record<string, string>> = {
  configMap: "name",
  hostPath: "path",
  persistentVolumeClaim: "claimName",
  secret: "secretName",
  nfs: "server",
};

function volumeErrors([volume, at]: [Fields, string]): FieldError[] {
  const { name, ...sources } = volume;
  const errors = name ? nameErrors(String(name), "label", `${at}.name`) : [required(`${at}.name`)];
  const [first, ...more] = Object.keys(sources).filter((source) => isFields(sources[source]));
  errors.push(...more.map((source) => forbiddenField(`${at}.${source}`, "may not specify more than 1 volume type")));
  const need = first !== undefined && Object.hasOwn(VOLUME_NEEDS, first) ? VOLUME_NEEDS[first] : undefined;
  if (need !== undefined && !fieldsOf(sources[first!])[need]) errors.push(required(`${at}.${first}.${need}`));
  return [...errors, ...notNegative(fieldsOf(sources[first ?? ""]), ["defaultMode"], `${at}.${first}`)];
}
