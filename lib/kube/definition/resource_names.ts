/** Checks the names of a kind before a CRD is sent that Kubernetes would refuse. */

import { shownValue } from "../../time/mod.ts";
import { ResourceDefinitionError } from "./schema/mod.ts";

/** The names of a kind. */
export interface ResourceNames {
  /** The API group. */
  readonly group: string;
  /** The version. */
  readonly version: string;
  /** The kind, in CamelCase. */
  readonly kind: string;
  /** The name in URLs. */
  readonly plural: string;
  /** The singular name, for `kubectl`. */
  readonly singular: string;
  /** Short names, for `kubectl`. */
  readonly shortNames: readonly string[];
  /** Groups of kinds that `kubectl get` lists together. */
  readonly categories: readonly string[];
}

const LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
const VERSION = /^v[1-9]\d*((alpha|beta)[1-9]\d*)?$/;
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;
/** Groups that belong to Kubernetes itself; they need an API review. */
const RESERVED = /(^|\.)(k8s|kubernetes)\.io$/;

/**
 * Refuses names that Kubernetes would refuse.
 *
 * @throws {ResourceDefinitionError} If a name is not allowed, or two names that must differ are equal.
 */
export function checkNames(names: ResourceNames): void {
  const { group, version, kind, plural, singular, shortNames, categories } = names;
  check(
    kind,
    SUBDOMAIN.test(group) && group.length <= 253,
    "group",
    "a DNS name with a dot, such as example.dev",
    group,
  );
  check(kind, !RESERVED.test(group), "group", "one of your own: k8s.io and kubernetes.io belong to Kubernetes", group);
  check(kind, VERSION.test(version), "version", "such as v1, v1beta1 or v2alpha1", version);
  check(kind, KIND.test(kind), "kind", "in CamelCase, such as Foo", kind);
  const labels = { plural, singular, ...list("shortNames", shortNames), ...list("categories", categories) };
  for (const [what, value] of Object.entries(labels)) {
    check(kind, LABEL.test(value), what, "in lower case, of letters, digits and hyphens", value);
  }
  const shared = [plural, singular, ...shortNames];
  const twice = shortNames.find((name) => shared.indexOf(name) !== shared.lastIndexOf(name));
  check(kind, twice === undefined, "shortNames", "different from each other, the plural and the singular", twice);
}

function list(what: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${what}[${index}]`, value]));
}

function check(kind: string, ok: boolean, what: string, rule: string, value: unknown): void {
  if (ok) return;
  throw new ResourceDefinitionError(
    `Cannot define ${kind} as its ${what} must be ${rule}: current value is ${shownValue(value)}`,
  );
}

/** The English plural of a kind's name, in lower case. */
export function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}
