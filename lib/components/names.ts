/** Names that Kubernetes takes: too long ones are shortened, others than a kind allows are encoded, and a hash keeps them apart. */

import type { ResourceKind } from "../model/mod.ts";
import { isBuiltin } from "./field_rules.ts";
import { hashText } from "./hash.ts";

/** The longest that a label's value, and the name of a Service, may be. */
const LONGEST = 63;

/** Kinds that give their own name, and more, to what they make: the longest that works. */
const LONGEST_OF_KIND: ReadonlyMap<string, number> = new Map([["apps/StatefulSet", 52], ["batch/CronJob", 52]]);

const HASH_LENGTH = 10;

/** What names are allowed, and what a name becomes that is not. */
interface NameRule {
  readonly allowed: RegExp;
  /** Makes of a name one that is nearly allowed: its ends may still be wrong. */
  readonly encode: (name: string) => string;
}

/** Names that are part of host names: a Service's, and those of whatever is resolved below it. */
const DNS_LABEL: NameRule = {
  allowed: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  encode: (name) => name.toLowerCase().replaceAll(/[^-a-z0-9]/g, "-"),
};

/** What most names are. */
const DNS_SUBDOMAIN: NameRule = {
  allowed: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  encode: (name) => name.toLowerCase().replaceAll(/[^-.a-z0-9]/g, "-").replaceAll(/-*\.[-.]*/g, "."),
};

/** Names that need only be parts of paths. */
const PATH_SEGMENT: NameRule = {
  allowed: /^(?!\.\.?$)[^/%]+$/,
  encode: (name) => name.replaceAll(/[/%]/g, "-"),
};

/** Values of labels. */
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

/**
 * A name that an object of the kind can have: of no more characters than work, and of those that the kind allows. One that it
 * can have as it is stays so.
 */
export function fitName(kind: ResourceKind, name: string): string {
  const id = `${kind.group}/${kind.kind}`;
  return fit(name, RULE_OF_KIND.get(id) ?? ruleOf(kind), LONGEST_OF_KIND.get(id) ?? LONGEST);
}

/** Of kinds that are neither built in nor defined here, it is not known which names their server takes. */
function ruleOf(kind: ResourceKind): NameRule {
  return isBuiltin(kind) || "crd" in kind ? DNS_SUBDOMAIN : PATH_SEGMENT;
}

/** A label's value that is, or stands for, a text. */
export function labelValue(text: string): string {
  return fit(text, LABEL_VALUE, LONGEST);
}

function fit(name: string, { allowed, encode }: NameRule, longest: number): string {
  // No name at all is a mistake, for the API server to refuse.
  if (name === "") return name;
  return allowed.test(name) ? shortenName(name, longest) : hashedName(encode(name), name, longest);
}

/**
 * A name of no more characters than the limit. One that is too long keeps its beginning and gets a hash of the whole, so
 * the same name is shortened to the same, and two names hardly ever to one.
 *
 * @param name The name.
 * @param longest How many characters it may have.
 */
export function shortenName(name: string, longest: number = LONGEST): string {
  return name.length <= longest ? name : hashedName(name, name, longest);
}

function hashedName(readable: string, whole: string, longest: number): string {
  const head = readable.replace(/^[^a-zA-Z0-9]+/, "").slice(0, longest - HASH_LENGTH - 1).replace(/[^a-zA-Z0-9]+$/, "");
  return `${head === "" ? "x" : head}-${hashWord(whole)}`;
}

/** More bits of the hash in as many characters: to the base of 36. */
function hashWord(name: string): string {
  return BigInt(`0x${hashText(name)}`).toString(36).padStart(HASH_LENGTH, "0").slice(-HASH_LENGTH);
}
