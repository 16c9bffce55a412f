/** What the API server refuses of built-in kinds, as far as operators run into it. */

import { matchesSelector, parseSelector, type Selector } from "../../model/mod.ts";
import { crdErrors } from "./crd_validation.ts";
import { arrayOf, type Fields, fieldsOf, isFields, isSame, valueAt } from "./json.ts";
import { nameErrors } from "./names.ts";
import type { ServerObject } from "./object.ts";
import { type FieldError, forbiddenField, invalidValue, required } from "./status.ts";

type Validator = (object: ServerObject, old: ServerObject | undefined) => FieldError[];

/** The conditions of a selector in the form that objects hold. */
function conditionsOf(selector: Fields): Selector[] {
  const labels = parseSelector(fieldsOf(selector.matchLabels) as Record<string, string>);
  const operators = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "absent" } as const;
  const expressions = arrayOf(selector.matchExpressions).filter(isFields).map((expression): Selector => ({
    key: String(expression.key),
    operator: operators[expression.operator as keyof typeof operators] ?? "exists",
    values: arrayOf(expression.values).map(String),
  }));
  return [...labels, ...expressions];
}

function containerErrors(podSpec: Fields, path: string): FieldError[] {
  const containers = arrayOf(podSpec.containers).filter(isFields);
  if (containers.length === 0) return [required(`${path}.containers`)];
  const names = containers.map((container) => String(container.name ?? ""));
  return containers.flatMap((container, index) => {
    const at = `${path}.containers[${index}]`;
    const name = names[index]!;
    if (name === "") return [required(`${at}.name`)];
    if (names.indexOf(name) < index) {
      return [{
        reason: "FieldValueDuplicate",
        field: `${at}.name`,
        message: `Duplicate value: ${JSON.stringify(name)}`,
      }];
    }
    const errors = nameErrors(name, "label", `${at}.name`);
    return container.image ? errors : [...errors, required(`${at}.image`)];
  });
}

function workload(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const selector = spec.selector;
  const labels = fieldsOf(valueAt(spec, ["template", "metadata", "labels"])) as Record<string, string>;
  const errors: FieldError[] = [];
  if (!isFields(selector)) errors.push(required("spec.selector"));
  if (!isFields(selector) || !matchesSelector(labels, conditionsOf(selector))) {
    const shown = Object.keys(labels).length === 0 ? null : labels;
    errors.push(invalidValue("spec.template.metadata.labels", shown, "`selector` does not match template `labels`"));
  }
  errors.push(
    ...replicaErrors(spec),
    ...containerErrors(fieldsOf(valueAt(spec, ["template", "spec"])), "spec.template.spec"),
  );
  if (old && !isSame(fieldsOf(old.spec).selector, selector)) {
    errors.push(invalidValue("spec.selector", selector, "field is immutable"));
  }
  return errors;
}

function replicaErrors({ replicas }: Fields): FieldError[] {
  if (typeof replicas !== "number" || replicas >= 0) return [];
  return [invalidValue("spec.replicas", replicas, "must be greater than or equal to 0")];
}

function statefulSet(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const errors = workload(object, old).filter(({ field }) => !old || field !== "spec.selector");
  if (!old) return errors;
  const mutable = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds"];
  const fixed = (spec: unknown) =>
    Object.entries(fieldsOf(spec)).filter(([name]) =>
      !mutable.includes(name) && name !== "persistentVolumeClaimRetentionPolicy"
    );
  if (isSame(Object.fromEntries(fixed(object.spec)), Object.fromEntries(fixed(old.spec)))) return errors;
  const why =
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return [...errors, forbiddenField("spec", why)];
}

function job(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const errors = containerErrors(fieldsOf(valueAt(spec, ["template", "spec"])), "spec.template.spec");
  const policy = valueAt(spec, ["template", "spec", "restartPolicy"]);
  if (policy !== "Never" && policy !== "OnFailure") {
    const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "OnFailure", "Never"`;
    errors.push({ reason: "FieldValueNotSupported", field: "spec.template.spec.restartPolicy", message });
  }
  if (old && !isSame(fieldsOf(old.spec).template, spec.template)) {
    errors.push(invalidValue("spec.template", spec.template, "field is immutable"));
  }
  return errors;
}

function pod(object: ServerObject): FieldError[] {
  return containerErrors(fieldsOf(object.spec), "spec");
}

function service(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const errors: FieldError[] = [];
  if (arrayOf(spec.ports).length === 0 && spec.type !== "ExternalName" && spec.clusterIP !== "None") {
    errors.push(required("spec.ports"));
  }
  const was = old ? fieldsOf(old.spec).clusterIP : undefined;
  if (was !== undefined && spec.clusterIP !== was && spec.type !== "ExternalName") {
    errors.push(invalidValue("spec.clusterIPs[0]", [spec.clusterIP], "may not change once set"));
  }
  return errors;
}

/** What was marked so may not be changed any more. */
function immutableData(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  if (old?.immutable !== true) return [];
  const why = "field is immutable when `immutable` is set";
  const errors: FieldError[] = [];
  if (object.immutable !== true) errors.push(forbiddenField("immutable", why));
  if (!isSame(object.data, old.data)) errors.push(forbiddenField("data", why));
  return errors;
}

function dataKeys(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const words = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or " +
    "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
  const wrong = Object.keys(fieldsOf(object.data)).filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key));
  return [...wrong.map((key) => invalidValue(`data[${key}]`, key, words)), ...immutableData(object, old)];
}

function secret(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const errors = dataKeys(object, old);
  if (old && old.type !== object.type) errors.push(invalidValue("type", object.type, "field is immutable"));
  return errors;
}

function binding(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  if (!isFields(object.roleRef) || !object.roleRef.name) return [required("roleRef.name")];
  if (!old || isSame(old.roleRef, object.roleRef)) return [];
  return [invalidValue("roleRef", object.roleRef, "cannot change roleRef")];
}

function lease(object: ServerObject): FieldError[] {
  const { leaseDurationSeconds } = fieldsOf(object.spec);
  if (typeof leaseDurationSeconds !== "number" || leaseDurationSeconds > 0) return [];
  return [invalidValue("spec.leaseDurationSeconds", leaseDurationSeconds, "must be greater than 0")];
}

/** What checks an object, by kind. */
export const BUILTIN_VALIDATION: Readonly<Record<string, Validator>> = {
  ClusterRoleBinding: binding,
  ConfigMap: dataKeys,
  CustomResourceDefinition: crdErrors,
  DaemonSet: workload,
  Deployment: workload,
  Job: job,
  Lease: lease,
  Pod: pod,
  ReplicaSet: workload,
  RoleBinding: binding,
  Secret: secret,
  Service: service,
  StatefulSet: statefulSet,
};
