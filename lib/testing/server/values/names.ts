/** The rules for names, labels and annotations, with the API server's messages. */

import type { ServerMeta } from "./object.ts";
import { type FieldError, invalidValue } from "./status.ts";

interface NameRule {
  readonly pattern: RegExp;
  readonly longest: number;
  readonly words: string;
}

const SUBDOMAIN: NameRule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  words:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};

const LABEL: NameRule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  words:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};

const PATH: NameRule = { pattern: /^(?!\.{1,2}$)[^/%]+$/, longest: Infinity, words: "may not contain '/' or '%'" };

const RULES = { subdomain: SUBDOMAIN, label: LABEL, path: PATH } as const;

/** The rules that names can follow. */
export type NameRules = keyof typeof RULES;

/** What is wrong with a name. */
export function nameErrors(name: string, rules: NameRules, field: string): FieldError[] {
  const { pattern, longest, words } = RULES[rules];
  if (rules === "label" && name.includes(".")) return [invalidValue(field, name, "must not contain dots")];
  const errors: FieldError[] = [];
  if (name.length > longest) errors.push(invalidValue(field, name, `must be no more than ${longest} characters`));
  if (!pattern.test(name)) errors.push(invalidValue(field, name, words));
  return errors;
}

const QUALIFIED_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const PART_WORDS =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const KEY_WORDS =
  "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must " +
  "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
/** The most bytes of an object's annotations together. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** All problems of a qualified name, `example.dev/name` or `name`. */
export function qualifiedNameProblems(key: string): string[] {
  const parts = key.split("/");
  const name = parts.at(-1)!;
  if (parts.length > 2) return [KEY_WORDS];
  const problems: string[] = [];
  if (parts.length === 2 && parts[0] === "") problems.push("prefix part must be non-empty");
  else if (parts.length === 2 && !SUBDOMAIN.pattern.test(parts[0]!)) problems.push(`prefix part ${SUBDOMAIN.words}`);
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push("name part must be no more than 63 bytes");
  return QUALIFIED_PART.test(name) ? problems : [...problems, PART_WORDS];
}

/** The first problem of a qualified name. */
export function qualifiedNameProblem(key: string): string | undefined {
  return qualifiedNameProblems(key)[0];
}

/** What is wrong with labels. */
export function labelErrors(labels: Record<string, string>, field = "metadata.labels"): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const errors = qualifiedNameProblems(key).map((problem) => invalidValue(field, key, problem));
    if (value.length > 63) errors.push(invalidValue(field, value, "must be no more than 63 bytes"));
    if (!LABEL_VALUE.test(value)) errors.push(invalidValue(field, value, VALUE_WORDS));
    return errors;
  });
}

/** What is wrong with annotations. */
export function annotationErrors(annotations: Record<string, string>): FieldError[] {
  const field = "metadata.annotations";
  const errors = Object.keys(annotations).flatMap((key) => {
    return qualifiedNameProblems(key.toLowerCase()).map((problem) => invalidValue(field, key, problem));
  });
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size > ANNOTATIONS_LIMIT) {
    const message = `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`;
    errors.push({ reason: "FieldValueTooLong", field, message });
  }
  return errors;
}

const STANDARD_FINALIZERS = ["foregroundDeletion", "orphan", "kubernetes"];

/** The errors of finalizers. Those of custom objects may have any name; those of built-in kinds need a domain. */
export function finalizerErrors(finalizers: readonly string[], custom: boolean): FieldError[] {
  const both = finalizers.includes("orphan") && finalizers.includes("foregroundDeletion");
  const why = "finalizer orphan and foregroundDeletion cannot be both set";
  const clash = both ? [invalidValue("metadata.finalizers", finalizers, why)] : [];
  return [...finalizerNameErrors(finalizers, custom), ...clash];
}

function finalizerNameErrors(finalizers: readonly string[], custom: boolean): FieldError[] {
  return finalizers.flatMap((name, index) => {
    const field = `metadata.finalizers[${index}]`;
    const problems = qualifiedNameProblems(name);
    if (problems.length > 0) return problems.map((problem) => invalidValue("metadata.finalizers", name, problem));
    if (custom || name.includes("/") || STANDARD_FINALIZERS.includes(name)) return [];
    // The API server also accepts a qualified name in the old form.
    if (name === "customresourcecleanup.apiextensions.k8s.io") return [];
    return [invalidValue(field, name, "name is neither a standard finalizer name nor is it fully qualified")];
  });
}

/** What is wrong with owner references. */
export function ownerErrors(owners: NonNullable<ServerMeta["ownerReferences"]>): FieldError[] {
  const field = "metadata.ownerReferences";
  const errors = owners.flatMap((owner) => {
    const { apiVersion, kind, name, uid } = owner;
    return [
      ...(apiVersion && apiVersion.split("/").length <= 2
        ? []
        : [invalidValue(`${field}.apiVersion`, apiVersion ?? "", "version must not be empty")]),
      ...(kind ? [] : [invalidValue(`${field}.kind`, "", "must not be empty")]),
      ...(name ? [] : [invalidValue(`${field}.name`, "", "must not be empty")]),
      ...(uid ? [] : [invalidValue(`${field}.uid`, "", "must not be empty")]),
      ...(apiVersion === "v1" && kind === "Event"
        ? [invalidValue(field, owner, "/v1, Kind=Event is disallowed from being an owner")]
        : []),
    ];
  });
  const [first, second] = owners.filter((owner) => owner.controller === true);
  if (first && second) {
    const found = `Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
    errors.push(invalidValue(field, owners, `Only one reference can have Controller set to true. ${found}`));
  }
  return errors;
}
