/** Validates Ingresses, NetworkPolicies and EndpointSlices. */

import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  invalidValue,
  isFields,
  nameErrors,
  notSupported,
  required,
  type ServerObject,
} from "../values/mod.ts";
import {
  anyPortErrors,
  duplicate,
  isAddress,
  itemsOf,
  notAnAddress,
  oneOf,
  rangeErrors,
  selectorErrors,
} from "./checks.ts";

/** What is wrong with an Ingress. */
export function ingress(object: ServerObject): FieldError[] {
  const spec = fieldsOf(object.spec);
  const rules = itemsOf(spec.rules, "spec.rules");
  const errors: FieldError[] = [];
  if (rules.length === 0 && spec.defaultBackend === undefined) {
    errors.push(invalidValue("spec", null, "either `defaultBackend` or `rules` must be specified"));
  }
  if (isFields(spec.defaultBackend)) errors.push(...backendErrors(spec.defaultBackend, "spec.defaultBackend"));
  errors.push(...rules.flatMap(ruleErrors));
  for (const [tls, at] of itemsOf(spec.tls, "spec.tls")) {
    errors.push(...arrayOf(tls.hosts).flatMap((host, index) => hostErrors(String(host), `${at}.hosts[${index}]`)));
  }
  return errors;
}

function hostErrors(host: string, field: string): FieldError[] {
  return nameErrors(host.replace(/^\*\./, ""), "subdomain", field);
}

function ruleErrors([{ host, http }, at]: [Fields, string]): FieldError[] {
  const errors = host ? hostErrors(String(host), `${at}.host`) : [];
  if (!isFields(http)) return errors;
  const paths = itemsOf(http.paths, `${at}.http.paths`);
  if (paths.length === 0) return [...errors, required(`${at}.http.paths`)];
  return [...errors, ...paths.flatMap(pathErrors)];
}

function pathErrors([fields, at]: [Fields, string]): FieldError[] {
  const { path = "", pathType, backend } = fields;
  const errors: FieldError[] = [];
  if (!pathType) errors.push(required(`${at}.pathType`, "pathType must be specified"));
  else {
    const needed = pathType === "Exact" || pathType === "Prefix";
    if (needed && !String(path).startsWith("/")) {
      errors.push(invalidValue(`${at}.path`, path, "must be an absolute path"));
    }
    errors.push(...oneOf(fields, "pathType", at, ["Exact", "ImplementationSpecific", "Prefix"]));
  }
  return [...errors, ...backendErrors(fieldsOf(backend), `${at}.backend`)];
}

function backendErrors({ service, resource }: Fields, at: string): FieldError[] {
  if (isFields(resource)) return [];
  if (!isFields(service)) return [invalidValue(at, "", "resource or service backend is required")];
  const { name, port } = service;
  const { name: portName, number } = fieldsOf(port);
  const errors = name ? nameErrors(String(name), "label", `${at}.service.name`) : [required(`${at}.service.name`)];
  if (!portName && number === undefined) return [...errors, required(at, "port name or number is required")];
  const field = `${at}.service.port.${portName ? "name" : "number"}`;
  return [...errors, ...anyPortErrors(portName ?? number, field)];
}

/** What is wrong with a NetworkPolicy. */
export function networkPolicy(object: ServerObject): FieldError[] {
  const spec = fieldsOf(object.spec);
  const both = [["ingress", "from"], ["egress", "to"]] as const;
  const errors = selectorErrors(spec.podSelector, "spec.podSelector");
  for (const [direction, peers] of both) {
    for (const [rule, at] of itemsOf(spec[direction], `spec.${direction}`)) {
      errors.push(...itemsOf(rule.ports, `${at}.ports`).flatMap(policyPort));
      errors.push(...itemsOf(rule[peers], `${at}.${peers}`).flatMap(peerErrors));
    }
  }
  for (const [index, type] of arrayOf(spec.policyTypes).entries()) {
    if (type === "Ingress" || type === "Egress") continue;
    errors.push(notSupported(`spec.policyTypes[${index}]`, type, ["Ingress", "Egress"]));
  }
  return errors;
}

function policyPort([port, at]: [Fields, string]): FieldError[] {
  const errors = oneOf(port, "protocol", at, ["SCTP", "TCP", "UDP"]);
  return port.port === undefined ? errors : [...errors, ...anyPortErrors(port.port, `${at}.port`)];
}

function peerErrors([{ podSelector, namespaceSelector, ipBlock }, at]: [Fields, string]): FieldError[] {
  if (!isFields(podSelector) && !isFields(namespaceSelector) && !isFields(ipBlock)) {
    return [required(at, "must specify a peer")];
  }
  return [
    ...selectorErrors(podSelector, `${at}.podSelector`),
    ...selectorErrors(namespaceSelector, `${at}.namespaceSelector`),
    ...(isFields(ipBlock) ? rangeErrors(ipBlock.cidr, `${at}.ipBlock.cidr`) : []),
  ];
}

/** What is wrong with an EndpointSlice. */
export function endpointSlice(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const { addressType } = object;
  const known = ["FQDN", "IPv4", "IPv6"];
  const errors = known.includes(String(addressType))
    ? []
    : addressType
    ? [notSupported("addressType", addressType, known)]
    : [required("addressType")];
  for (const [endpoint, at] of itemsOf(object.endpoints, "endpoints")) {
    const addresses = arrayOf(endpoint.addresses);
    if (addresses.length === 0) errors.push(required(`${at}.addresses`, "must contain at least 1 address"));
    if (addressType === "FQDN") continue;
    for (const [index, address] of addresses.entries()) {
      if (!isAddress(address)) errors.push(notAnAddress(`${at}.addresses[${index}]`, address));
    }
  }
  const names = new Set<unknown>();
  for (const [port, at] of itemsOf(object.ports, "ports")) {
    if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
    names.add(port.name);
  }
  if (!old || old.addressType === addressType) return errors;
  return [...errors, invalidValue("addressType", addressType, "field is immutable")];
}
