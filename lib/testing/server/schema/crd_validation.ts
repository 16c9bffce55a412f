/** Validates CustomResourceDefinitions. */

import { celProblem } from "./cel_environment.ts";
import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  goPatternProblem,
  invalidValue,
  isFields,
  isSame,
  notSupported,
  required,
  type ServerObject,
} from "../values/mod.ts";

/** What is wrong with a definition. */
export function crdErrors(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const names = fieldsOf(spec.names);
  const versions = arrayOf(spec.versions).filter(isFields);
  const errors: FieldError[] = [];
  if (object.metadata.name !== `${names.plural}.${spec.group}`) {
    errors.push(invalidValue("metadata.name", object.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  for (const name of ["plural", "kind"]) {
    if (!names[name]) errors.push(required(`spec.names.${name}`));
  }
  if (!spec.group) errors.push(required("spec.group"));
  if (spec.scope !== "Namespaced" && spec.scope !== "Cluster") {
    errors.push(
      spec.scope ? notSupported("spec.scope", spec.scope, ["Cluster", "Namespaced"]) : required("spec.scope"),
    );
  }
  errors.push(
    ...versionErrors(versions),
    ...versions.flatMap((version, index) => schemaErrors(version, index, versions)),
  );
  if (old) errors.push(...immutableErrors(spec, fieldsOf(old.spec)));
  return errors;
}

function versionErrors(versions: readonly Fields[]): FieldError[] {
  if (versions.length === 0) return [required("spec.versions", "must have at least one version")];
  const stored = versions.filter((version) => version.storage === true).length;
  if (stored === 1) return [];
  const why = "must have exactly one version marked as storage version";
  return [invalidValue("spec.versions", versions.map((version) => version.name), why)];
}

function schemaErrors(version: Fields, index: number, versions: readonly Fields[]): FieldError[] {
  const schema = fieldsOf(version.schema).openAPIV3Schema;
  if (!isFields(schema)) return [required(`spec.versions[${index}].schema.openAPIV3Schema`)];
  // If there is one version only, the API server reports errors as if its schema were that of the whole definition.
  const at = versions.length === 1
    ? "spec.validation.openAPIV3Schema"
    : `spec.versions[${index}].schema.openAPIV3Schema`;
  const errors = structuralErrors(schema, at, "must not be empty for specified object fields", true);
  if (!schema.type) errors.push(required(`${at}.type`, "must not be empty at the root"));
  else if (schema.type !== "object") errors.push(invalidValue(`${at}.type`, schema.type, "must be object at the root"));
  return errors;
}

/** A schema is structural if every part has a type. */
function structuralErrors(schema: Fields, at: string, why: string, root = false): FieldError[] {
  const free = schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const errors = schema.type || free || root ? [] : [required(`${at}.type`, why)];
  errors.push(...patternErrors(schema, at), ...ruleErrors(schema, at));
  for (const [name, field] of Object.entries(fieldsOf(schema.properties)).filter((entry) => isFields(entry[1]))) {
    errors.push(
      ...structuralErrors(
        field as Fields,
        `${at}.properties[${name}]`,
        "must not be empty for specified object fields",
      ),
    );
  }
  if (isFields(schema.items)) {
    errors.push(...structuralErrors(schema.items, `${at}.items`, "must not be empty for specified array items"));
  }
  if (isFields(schema.additionalProperties)) {
    const words = "must not be empty for specified object fields";
    errors.push(...structuralErrors(schema.additionalProperties, `${at}.additionalProperties`, words));
  }
  return errors;
}

function patternErrors({ pattern }: Fields, at: string): FieldError[] {
  const problem = typeof pattern === "string" ? goPatternProblem(pattern) : undefined;
  if (problem === undefined) return [];
  return [invalidValue(`${at}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`)];
}

/** Rules must at least parse. Their types and cost are not checked here. */
function ruleErrors(schema: Fields, at: string): FieldError[] {
  return arrayOf(schema["x-kubernetes-validations"]).filter(isFields).flatMap((rule, index) =>
    ["rule", "messageExpression"].flatMap((name) => {
      const expression = rule[name];
      const field = `${at}.x-kubernetes-validations[${index}].${name}`;
      if (name === "rule" && !expression) return [required(field, "rule is not specified")];
      const problem = typeof expression === "string" && expression !== "" ? celProblem(expression) : undefined;
      return problem === undefined ? [] : [invalidValue(field, expression, `compilation failed: ${problem}`)];
    })
  );
}

function immutableErrors(spec: Fields, old: Fields): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.scope !== old.scope) errors.push(invalidValue("spec.scope", spec.scope, "field is immutable"));
  if (spec.group !== old.group) errors.push(invalidValue("spec.group", spec.group, "field is immutable"));
  for (const name of ["plural", "kind"]) {
    if (!isSame(fieldsOf(spec.names)[name], fieldsOf(old.names)[name])) {
      errors.push(invalidValue(`spec.names.${name}`, fieldsOf(spec.names)[name], "field is immutable"));
    }
  }
  return errors;
}
