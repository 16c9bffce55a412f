/** Which grants would cover two permissions at once. Pure. */

import type { PermissionKind } from "../../kube/mod.ts";

/** Ends no real name: only a wider grant covers it. */
const ANY = "staircase-any";

/**
 * Permissions that are granted if one grant covers both values, such as a directory for two files in it. Revoking one value
 * would then revoke the other as well.
 *
 * @param kind The kind of both.
 * @param one A value. @param other Another value.
 * @returns Permissions to ask for: if any is granted, both values may share a grant.
 */
export function widerGrants(kind: PermissionKind, one: string, other: string): string[] {
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return commonDirectories(segmentsOf(one), segmentsOf(other));
    case "env":
      return [`${commonStart(one, other)}${ANY.toUpperCase()}`];
    case "net":
    case "import":
      return commonHosts(partsOf(one), partsOf(other));
    case "run":
      // The same program may have several names.
      return [one];
    case "sys":
      return [];
  }
}

/** The names on a path, without `.` and `..`. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const name of path.split(/[/\\]/)) {
    if (name === "..") segments.pop();
    else if (name !== "" && name !== ".") segments.push(name);
  }
  return segments;
}

/** All directories that both paths are in, and the path that the other one is in or equal to. */
function commonDirectories(one: readonly string[], other: readonly string[]): string[] {
  const isWindows = /^[A-Za-z]:$/.test(one[0] ?? "");
  const isSame = (a: string, b: string | undefined) => isWindows ? a.toLowerCase() === b?.toLowerCase() : a === b;
  const differs = one.findIndex((name, at) => !isSame(name, other[at]));
  const common = differs < 0 ? one : one.slice(0, differs);
  const ends = Array.from({ length: common.length + 1 }, (_, end) => common.slice(0, end));
  return isWindows ? ends.slice(1).map((names) => `${names.join("/")}/`) : ends.map((names) => `/${names.join("/")}`);
}

/** A grant such as `AWS_*` covers all names that begin so. */
function commonStart(one: string, other: string): string {
  const differs = [...one].findIndex((character, at) => character !== other[at]);
  return differs < 0 ? one : one.slice(0, differs);
}

interface HostParts {
  readonly host: string;
  readonly port: string | undefined;
}

function partsOf(value: string): HostParts {
  const [, host = value, port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(value) ?? [];
  return { host: host.toLowerCase(), port };
}

/** A grant may leave out the port, have a wildcard (`*.example.com`), or be a network (`10.0.0.0/8`). */
function commonHosts(one: HostParts, other: HostParts): string[] {
  if (one.host === other.host) return [one.host];
  const ending = one.port !== undefined && one.port === other.port ? `:${one.port}` : "";
  // Deno knows no networks of IPv6.
  if (one.host.startsWith("[") || other.host.startsWith("[") || isAddress(one.host) !== isAddress(other.host)) {
    return [];
  }
  // Every network with both addresses has the neighbour of the one.
  return isAddress(one.host)
    ? [`${neighbourOf(one.host)}${ending}`]
    : commonDomains(one.host, other.host).map((domain) => `${ANY}.${domain}${ending}`);
}

function isAddress(host: string): boolean {
  return /^\d+(\.\d+){3}$/.test(host);
}

/** The domains that both names are in: `b.c` and `c` of `a.b.c` and `d.b.c`. */
function commonDomains(one: string, other: string): string[] {
  const [labels, others] = [one.split("."), other.split(".")];
  const domains: string[] = [];
  for (let count = 1; count <= labels.length; count++) {
    if (labels.at(-count) !== others.at(-count)) break;
    domains.push(labels.slice(-count).join("."));
  }
  return domains;
}

/** The address that differs in the last bit alone. */
function neighbourOf(host: string): string {
  return host.replace(/\d+$/, (last) => String(Number(last) ^ 1));
}
