/** Validates Services. */

import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isSame,
  nameErrors,
  notSupported,
  qualifiedNameProblem,
  required,
  type ServerObject,
} from "../values/mod.ts";
import {
  anyPortErrors,
  duplicate,
  duplicates,
  isAddress,
  itemsOf,
  labelErrors,
  notAnAddress,
  oneOf,
  portErrors,
} from "./checks.ts";

/** What is wrong with a Service. */
export function service(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const ports = itemsOf(spec.ports, "spec.ports");
  const errors: FieldError[] = [];
  if (ports.length === 0 && spec.type !== "ExternalName" && spec.clusterIP !== "None") {
    errors.push(required("spec.ports"));
  }
  return [
    ...errors,
    ...typeErrors(spec),
    ...ports.flatMap((port) => servicePort(port, ports.length > 1)),
    ...duplicates(ports, "name"),
    ...samePorts(ports),
    ...labelErrors(spec.selector, "spec.selector"),
    ...oneOf(spec, "sessionAffinity", "spec", ["ClientIP", "None"]),
    ...affinityErrors(spec),
    ...addressErrors(spec),
    ...oneOf(spec, "type", "spec", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
    ...portUse(ports, spec.type),
    ...trafficErrors(spec),
    ...statusErrors(object),
    ...fixedErrors(spec, old),
  ];
}

function typeErrors({ type, clusterIP, externalName }: Fields): FieldError[] {
  if ((type === "NodePort" || type === "LoadBalancer") && clusterIP === "None") {
    return [invalidValue("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${type} services`)];
  }
  if (type !== "ExternalName") return [];
  return externalName
    ? nameErrors(String(externalName).replace(/\.$/, ""), "subdomain", "spec.externalName")
    : [required("spec.externalName")];
}

function servicePort([port, at]: [Fields, string], named: boolean): FieldError[] {
  const { name, targetPort, appProtocol } = port;
  const errors: FieldError[] = [];
  if (!name && named) errors.push(required(`${at}.name`));
  else if (name) errors.push(...nameErrors(String(name), "label", `${at}.name`));
  errors.push(
    ...portErrors(port.port, `${at}.port`),
    ...oneOf(port, "protocol", at, ["SCTP", "TCP", "UDP"]),
    ...anyPortErrors(targetPort, `${at}.targetPort`),
  );
  const problem = typeof appProtocol === "string" ? qualifiedNameProblem(appProtocol) : undefined;
  return problem ? [...errors, invalidValue(`${at}.appProtocol`, appProtocol, problem)] : errors;
}

function samePorts(ports: readonly [Fields, string][]): FieldError[] {
  const seen = new Set<string>();
  return ports.flatMap(([{ port, protocol }, at]) => {
    const id = `${protocol} ${port}`;
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const shown = { Name: "", Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    return [duplicate(at, shown)];
  });
}

function affinityErrors({ sessionAffinity, sessionAffinityConfig }: Fields): FieldError[] {
  const seconds = fieldsOf(fieldsOf(sessionAffinityConfig).clientIP).timeoutSeconds;
  if (sessionAffinity !== "ClientIP" || typeof seconds !== "number" || (seconds > 0 && seconds <= 86400)) return [];
  const field = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
  return [invalidValue(field, seconds, "must be greater than 0 and less than 86400")];
}

function addressErrors(spec: Fields): FieldError[] {
  const errors = arrayOf(spec.clusterIPs).flatMap((address, index) =>
    address === "None" || isAddress(address) ? [] : [notAnAddress(`spec.clusterIPs[${index}]`, address)]
  );
  for (const [index, address] of arrayOf(spec.externalIPs).entries()) {
    if (!isAddress(address)) errors.push(notAnAddress(`spec.externalIPs[${index}]`, address));
  }
  for (const [index, family] of arrayOf(spec.ipFamilies).entries()) {
    if (family === "IPv4" || family === "IPv6") continue;
    errors.push(notSupported(`spec.ipFamilies[${index}]`, family, ["IPv4", "IPv6"]));
  }
  errors.push(...oneOf(spec, "ipFamilyPolicy", "spec", ["PreferDualStack", "RequireDualStack", "SingleStack"]));
  if (spec.ipFamilyPolicy !== "RequireDualStack") return errors;
  const why = "this cluster is not configured for dual-stack services";
  return [...errors, invalidValue("spec.ipFamilyPolicy", spec.ipFamilyPolicy, why)];
}

function portUse(ports: readonly [Fields, string][], type: unknown): FieldError[] {
  if (type !== "ClusterIP") return [];
  const used = ports.filter(([{ nodePort }]) => nodePort !== undefined);
  return used.map(([, at]) => forbiddenField(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
}

function trafficErrors(spec: Fields): FieldError[] {
  const { type, externalTrafficPolicy: policy, loadBalancerSourceRanges, healthCheckNodePort } = spec;
  const balanced = type === "LoadBalancer";
  const external = balanced || type === "NodePort" || arrayOf(spec.externalIPs).length > 0;
  const errors: FieldError[] = [];
  if (policy !== undefined && !external) {
    const why = "may only be set for externally-accessible services";
    errors.push(invalidValue("spec.externalTrafficPolicy", policy, why));
  } else errors.push(...oneOf(spec, "externalTrafficPolicy", "spec", ["Cluster", "Local"]));
  if (healthCheckNodePort !== undefined && !(balanced && policy === "Local")) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue("spec.healthCheckNodePort", healthCheckNodePort, why));
  }
  if (loadBalancerSourceRanges !== undefined && !balanced) {
    errors.push(forbiddenField("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'"));
  }
  return [...errors, ...oneOf(spec, "internalTrafficPolicy", "spec", ["Cluster", "Local"])];
}

function statusErrors({ spec, status }: ServerObject): FieldError[] {
  const { ingress } = fieldsOf(fieldsOf(status).loadBalancer);
  if (arrayOf(ingress).length === 0 || fieldsOf(spec).type === "LoadBalancer") return [];
  return [forbiddenField("status.loadBalancer.ingress", "may only be used when `spec.type` is 'LoadBalancer'")];
}

function fixedErrors(spec: Fields, old: ServerObject | undefined): FieldError[] {
  const was = fieldsOf(old?.spec);
  if (was.clusterIP === undefined || spec.type === "ExternalName" || was.type === "ExternalName") return [];
  if (spec.clusterIP !== was.clusterIP) {
    return [invalidValue("spec.clusterIPs[0]", [spec.clusterIP], "may not change once set")];
  }
  if (isSame(spec.clusterIPs, was.clusterIPs)) return [];
  return [invalidValue("spec.clusterIPs[0]", spec.clusterIPs, "may not change once set")];
}
