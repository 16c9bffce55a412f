/**
 * Makes names that Kubernetes accepts: shortens long ones and encodes forbidden characters, with a hash that keeps them
 * distinct.
 */

import type { ResourceKind } from "../model/mod.ts";
import { isBuiltin } from "./field_rules.ts";
import { hashText } from "./hash.ts";

/** The most characters for a label value and for the name of a Service. */
const LONGEST = 63;

/** The most characters for kinds whose controllers append a suffix to their name. */
const LONGEST_OF_KIND: ReadonlyMap<string, number> = new Map([["apps/StatefulSet", 52], ["batch/CronJob", 52]]);

const HASH_LENGTH = 10;

/** Which names are allowed, and how a forbidden one is encoded. */
interface NameRule {
  readonly allowed: RegExp;
  /** Replaces forbidden characters. The ends of the name may still be wrong. */
  readonly encode: (name: string) => string;
}

/** Names that become part of host names, such as a Service's. */
const DNS_LABEL: NameRule = {
  allowed: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  encode: (name) => name.toLowerCase().replaceAll(/[^-a-z0-9]/g, "-"),
};

/** Most names. */
const DNS_SUBDOMAIN: NameRule = {
  allowed: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  encode: (name) => name.toLowerCase().replaceAll(/[^-.a-z0-9]/g, "-").replaceAll(/-*\.[-.]*/g, "."),
};

/** Names that only have to be path segments. */
const PATH_SEGMENT: NameRule = {
  allowed: /^(?!\.\.?$)[^/%]+$/,
  encode: (name) => name.replaceAll(/[/%]/g, "-"),
};

const LABEL_VALUE: NameRule = {
  allowed: /^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$/,
  encode: (name) => name.replaceAll(/[^-._A-Za-z0-9]/g, "-"),
};

/** Built-in kinds whose names are not DNS subdomains. */
const RULE_OF_KIND: ReadonlyMap<string, NameRule> = new Map([
  ["/Namespace", DNS_LABEL],
  ["/Service", DNS_LABEL],
  ["apps/StatefulSet", DNS_LABEL],
  ["policy/PodDisruptionBudget", PATH_SEGMENT],
  ["rbac.authorization.k8s.io/ClusterRole", PATH_SEGMENT],
  ["rbac.authorization.k8s.io/ClusterRoleBinding", PATH_SEGMENT],
  ["rbac.authorization.k8s.io/Role", PATH_SEGMENT],
  ["rbac.authorization.k8s.io/RoleBinding", PATH_SEGMENT],
]);

/** Fits a name to a kind: its length and its characters. A name that the kind accepts is returned unchanged. */
export function fitName(kind: ResourceKind, name: string): string {
  const id = `${kind.group}/${kind.kind}`;
  return fit(name, RULE_OF_KIND.get(id) ?? ruleOf(kind), LONGEST_OF_KIND.get(id) ?? LONGEST);
}

/** For kinds that are neither built in nor defined here, the rule of their server is not known. */
function ruleOf(kind: ResourceKind): NameRule {
  return isBuiltin(kind) || "crd" in kind ? DNS_SUBDOMAIN : PATH_SEGMENT;
}

/** Fits a text to a label value. */
export function labelValue(text: string): string {
  return fit(text, LABEL_VALUE, LONGEST);
}

function fit(name: string, { allowed, encode }: NameRule, longest: number): string {
  // An empty name is a mistake; the API server will refuse it.
  if (name === "") return name;
  return allowed.test(name) ? shortenName(name, longest) : hashedName(encode(name), name, longest);
}

/**
 * Shortens a name to the limit. A longer name keeps its beginning and gets a hash of the whole name: the same name
 * always gives the same result, and two names hardly ever give one.
 *
 * @param name The name.
 * @param longest The most characters it may have.
 */
export function shortenName(name: string, longest: number = LONGEST): string {
  return name.length <= longest ? name : hashedName(name, name, longest);
}

function hashedName(readable: string, whole: string, longest: number): string {
  const head = readable.replace(/^[^a-zA-Z0-9]+/, "").slice(0, longest - HASH_LENGTH - 1).replace(/[^a-zA-Z0-9]+$/, "");
  return `${head === "" ? "x" : head}-${hashWord(whole)}`;
}

/** Base 36, to fit more bits of the hash into the same number of characters. */
function hashWord(name: string): string {
  return BigInt(`0x${hashText(name)}`).toString(36).padStart(HASH_LENGTH, "0").slice(-HASH_LENGTH);
}
