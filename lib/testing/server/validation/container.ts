/** Validates containers. */

import {
  canonicalQuantity,
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isFields,
  nameErrors,
  qualifiedNameProblem,
  quantityInMillis,
  required,
  shown,
} from "../values/mod.ts";
import { anyPortErrors, duplicates, itemsOf, notNegative, oneOf, portErrors, portNameErrors } from "./checks.ts";

/** What a container may refer to. */
export interface Surroundings {
  readonly volumes: ReadonlySet<string>;
  readonly hostNetwork: boolean;
}

/** What is wrong with a container. */
export function containerErrors(container: Fields, at: string, around: Surroundings): FieldError[] {
  const ports = itemsOf(container.ports, `${at}.ports`);
  return [
    ...nameAndImage(container, at),
    ...oneOf(container, "terminationMessagePolicy", at, ["File", "FallbackToLogsOnError"]),
    ...probes(container, at),
    ...lifecycle(container, at),
    ...ports.flatMap(([port, where]) => containerPort(port, where, around)),
    ...duplicates(ports, "name"),
    ...itemsOf(container.env, `${at}.env`).flatMap(environment),
    ...itemsOf(container.envFrom, `${at}.envFrom`).flatMap((source) => environmentSource(source, at)),
    ...itemsOf(container.volumeMounts, `${at}.volumeMounts`).flatMap((mount) => volumeMount(mount, around)),
    ...oneOf(container, "imagePullPolicy", at, ["Always", "IfNotPresent", "Never"]),
    ...resources(fieldsOf(container.resources), `${at}.resources`),
    ...identity(fieldsOf(container.securityContext), `${at}.securityContext`),
  ];
}

function nameAndImage({ name, image }: Fields, at: string): FieldError[] {
  const errors = name ? nameErrors(String(name), "label", `${at}.name`) : [required(`${at}.name`)];
  if (!image) return [...errors, required(`${at}.image`)];
  if (String(image).trim() === image) return errors;
  return [...errors, invalidValue(`${at}.image`, image, "must not have leading or trailing whitespace")];
}

function containerPort(port: Fields, at: string, { hostNetwork }: Surroundings): FieldError[] {
  const { name, containerPort, hostPort } = port;
  const errors = name ? portNameErrors(String(name), `${at}.name`) : [];
  if (containerPort === 0) errors.push(required(`${at}.containerPort`));
  else errors.push(...portErrors(containerPort, `${at}.containerPort`));
  if (hostPort !== undefined) errors.push(...portErrors(hostPort, `${at}.hostPort`));
  errors.push(...oneOf(port, "protocol", at, ["SCTP", "TCP", "UDP"]));
  if (!hostNetwork || hostPort === undefined || hostPort === containerPort) return errors;
  return [...errors, invalidValue(`${at}.hostPort`, hostPort, "must match `containerPort` when `hostNetwork` is true")];
}

/** The user and group to run as. */
export function identity(context: Fields, at: string): FieldError[] {
  const errors = ["runAsUser", "runAsGroup", "fsGroup"].flatMap((name) => {
    const value = context[name];
    if (typeof value !== "number" || (value >= 0 && value <= 2147483647)) return [];
    return [invalidValue(`${at}.${name}`, value, "must be between 0 and 2147483647, inclusive")];
  });
  if (context.privileged !== true || context.allowPrivilegeEscalation !== false) return errors;
  return [
    ...errors,
    invalidValue(at, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"),
  ];
}

const REFERENCES = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

function environment([{ name, value, valueFrom }, at]: [Fields, string]): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${at}.name`));
  else if (!/^[ -<>-~]+$/.test(String(name))) {
    const why = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    errors.push(invalidValue(`${at}.name`, name, why));
  }
  return isFields(valueFrom) ? [...errors, ...valueSource(valueFrom, value, `${at}.valueFrom`)] : errors;
}

function valueSource(source: Fields, value: unknown, at: string): FieldError[] {
  const given = REFERENCES.filter((name) => source[name] !== undefined);
  const errors: FieldError[] = [];
  for (const name of ["configMapKeyRef", "secretKeyRef"]) {
    const { key, name: of } = fieldsOf(source[name]);
    if (source[name] === undefined) continue;
    if (!of) errors.push(required(`${at}.${name}.name`));
    if (!key) errors.push(required(`${at}.${name}.key`));
  }
  errors.push(...fieldReference(source.fieldRef, `${at}.fieldRef`));
  if (given.length === 0) {
    const why =
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
    errors.push(invalidValue(at, "", why));
  } else if (value) errors.push(invalidValue(at, "", "may not be specified when `value` is not empty"));
  else if (given.length > 1) errors.push(invalidValue(at, "", "may not have more than one field specified at a time"));
  return errors;
}

const KNOWN_FIELD =
  /^(metadata\.(name|namespace|uid|labels|annotations|labels\['[^']*'\]|annotations\['[^']*'\])|spec\.(nodeName|serviceAccountName|hostNetwork|restartPolicy|schedulerName)|status\.(hostIP|hostIPs|podIP|podIPs|phase|nominatedNodeName))$/;

function fieldReference(reference: unknown, at: string): FieldError[] {
  if (!isFields(reference)) return [];
  const { fieldPath } = reference;
  if (!fieldPath) return [required(`${at}.fieldPath`)];
  if (KNOWN_FIELD.test(String(fieldPath))) return [];
  const why = `error converting fieldPath: field label not supported: ${fieldPath}`;
  return [invalidValue(`${at}.fieldPath`, fieldPath, why)];
}

function environmentSource([{ configMapRef, secretRef }, at]: [Fields, string], container: string): FieldError[] {
  const given = [["configMapRef", configMapRef], ["secretRef", secretRef]] as const;
  const set = given.filter(([, reference]) => isFields(reference));
  if (set.length === 0) {
    return [invalidValue(`${container}.envFrom`, "", "must specify one of: `configMapRef` or `secretRef`")];
  }
  return set.flatMap(([name, reference]) => fieldsOf(reference).name ? [] : [required(`${at}.${name}.name`)]);
}

function volumeMount([{ name, mountPath }, at]: [Fields, string], { volumes }: Surroundings): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${at}.name`));
  else if (!volumes.has(String(name))) {
    errors.push({ reason: "FieldValueNotFound", field: `${at}.name`, message: `Not found: ${shown(name)}` });
  }
  return mountPath ? errors : [...errors, required(`${at}.mountPath`)];
}

const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

function probes(container: Fields, at: string): FieldError[] {
  return ["livenessProbe", "readinessProbe", "startupProbe"].flatMap((name) => {
    const probe = container[name];
    if (!isFields(probe)) return [];
    const where = `${at}.${name}`;
    const counts = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];
    const errors = [...handler(probe, where), ...notNegative(probe, counts, where)];
    if (name === "readinessProbe" || probe.successThreshold === 1) return errors;
    return [...errors, invalidValue(`${where}.successThreshold`, probe.successThreshold, "must be 1")];
  });
}

function lifecycle(container: Fields, at: string): FieldError[] {
  const hooks = fieldsOf(container.lifecycle);
  return ["postStart", "preStop"].flatMap((name) =>
    isFields(hooks[name]) ? handler(hooks[name] as Fields, `${at}.lifecycle.${name}`) : []
  );
}

/** A probe or lifecycle handler must have exactly one action. */
function handler(fields: Fields, at: string): FieldError[] {
  const [first, ...more] = HANDLERS.filter((name) => fields[name] !== undefined);
  if (first === undefined) return [required(at, "must specify a handler type")];
  const errors = more.map((name) => forbiddenField(`${at}.${name}`, "may not specify more than 1 handler type"));
  const { port, command } = fieldsOf(fields[first]);
  if (first === "exec" && command === undefined) errors.unshift(required(`${at}.exec.command`));
  if (first === "httpGet" || first === "tcpSocket") errors.unshift(...anyPortErrors(port, `${at}.${first}.port`));
  return errors;
}

const RESOURCES = ["cpu", "memory", "ephemeral-storage"];

function resources({ limits, requests }: Fields, at: string): FieldError[] {
  const [most, least] = [fieldsOf(limits), fieldsOf(requests)];
  const errors = [...amounts(most, `${at}.limits`), ...amounts(least, `${at}.requests`)];
  for (const [name, request] of Object.entries(least)) {
    const limit = most[name];
    if (limit === undefined || quantityInMillis(request) <= quantityInMillis(limit)) continue;
    const why = `must be less than or equal to ${name} limit of ${canonicalQuantity(limit)}`;
    errors.push(invalidValue(`${at}.requests`, request, why));
  }
  return errors;
}

function amounts(of: Fields, at: string): FieldError[] {
  return Object.entries(of).flatMap(([name, amount]) => {
    const field = `${at}[${name}]`;
    const problem = qualifiedNameProblem(name);
    if (problem) return [invalidValue(field, name, problem)];
    if (!RESOURCES.includes(name) && !name.includes("/") && !name.startsWith("hugepages-")) {
      return ["must be a standard resource type or fully qualified", "must be a standard resource for containers"].map(
        (why) => invalidValue(field, name, why),
      );
    }
    return quantityInMillis(amount) >= 0n ? [] : [invalidValue(field, amount, "must be greater than or equal to 0")];
  });
}
