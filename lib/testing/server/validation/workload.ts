/** Validates Deployments, ReplicaSets, DaemonSets and StatefulSets. */

import { matchesSelector, type Selector } from "../../../model/mod.ts";
import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isFields,
  isSame,
  notSupported,
  required,
  type ServerObject,
  valueAt,
} from "../values/mod.ts";
import { countOrShare, isNothing, itemsOf, named, notMoreThanAll, notNegative, selectorErrors } from "./checks.ts";
import { templateErrors } from "./pod.ts";
import { claimSpecErrors } from "./storage.ts";

/** The conditions of a label selector. */
function conditionsOf(selector: Fields): Selector[] {
  const labels = Object.entries(fieldsOf(selector.matchLabels)).map(([key, value]): Selector => ({
    key,
    operator: "=",
    values: [String(value)],
  }));
  const operators = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "absent" } as const;
  const expressions = arrayOf(selector.matchExpressions).filter(isFields).map((expression): Selector => ({
    key: String(expression.key),
    operator: operators[expression.operator as keyof typeof operators] ?? "exists",
    values: arrayOf(expression.values).map(String),
  }));
  return [...labels, ...expressions];
}

/** Whether a selector matches labels. */
export function selects(selector: Fields, labels: unknown): boolean {
  return matchesSelector(fieldsOf(labels) as Record<string, string>, conditionsOf(selector));
}

/** The errors of a workload's selector, also if it does not match the template's labels. */
function selectionErrors(spec: Fields, kind: string): FieldError[] {
  const { selector } = spec;
  const labels = valueAt(spec, ["template", "metadata", "labels"]);
  const mismatch = () => {
    const shown = Object.keys(fieldsOf(labels)).length === 0 ? null : labels;
    return invalidValue("spec.template.metadata.labels", shown, "`selector` does not match template `labels`");
  };
  if (!isFields(selector)) return [required("spec.selector"), mismatch()];
  const errors = selectorErrors(selector, "spec.selector");
  if (Object.keys(selector).length === 0) {
    errors.push(invalidValue("spec.selector", selector, `empty selector is invalid for ${kind.toLowerCase()}`));
  }
  if (errors.some(({ field }) => field.startsWith("spec.selector.match"))) {
    return [...errors, invalidValue("spec.selector", selector, "invalid label selector")];
  }
  return Object.keys(selector).length === 0 || selects(selector, labels) ? errors : [...errors, mismatch()];
}

/** Pods of a permanent workload must always be restarted. */
function restartErrors(spec: Fields): FieldError[] {
  const { restartPolicy, activeDeadlineSeconds } = fieldsOf(valueAt(spec, ["template", "spec"]));
  const at = "spec.template.spec";
  const errors = restartPolicy === "Always" || restartPolicy === undefined
    ? []
    : [notSupported(`${at}.restartPolicy`, restartPolicy, ["Always"])];
  if (activeDeadlineSeconds === undefined) return errors;
  const why = "activeDeadlineSeconds in ReplicaSet is not Supported";
  return [...errors, forbiddenField(`${at}.activeDeadlineSeconds`, why)];
}

function fixedSelector(spec: Fields, old: ServerObject | undefined): FieldError[] {
  if (!old || isSame(fieldsOf(old.spec).selector, spec.selector)) return [];
  return [invalidValue("spec.selector", spec.selector, "field is immutable")];
}

function common(spec: Fields, kind: string): FieldError[] {
  return [
    ...notNegative(spec, ["replicas"], "spec"),
    ...selectionErrors(spec, kind),
    ...templateErrors(spec.template, "spec.template"),
    ...restartErrors(spec),
  ];
}

/** What is wrong with a Deployment. */
export function deployment(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const errors = [
    ...common(spec, "Deployment"),
    ...strategyErrors(fieldsOf(spec.strategy)),
    ...notNegative(spec, ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"], "spec"),
  ];
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  if (typeof deadline === "number" && deadline <= Number(minReadySeconds)) {
    errors.push(invalidValue("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
  const counts = old && !isSame(object.status, old.status) ? countErrors(fieldsOf(object.status)) : [];
  return [...errors, ...counts, ...fixedSelector(spec, old)];
}

function strategyErrors({ type, rollingUpdate }: Fields): FieldError[] {
  const at = "spec.strategy.rollingUpdate";
  if (type === "Recreate") {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbiddenField(at, why)];
  }
  if (type === "RollingUpdate") return rollingErrors(fieldsOf(rollingUpdate), at);
  return [
    notSupported("spec.strategy", { Type: type, RollingUpdate: rollingUpdate ?? null }, ["Recreate", "RollingUpdate"]),
  ];
}

function rollingErrors({ maxSurge, maxUnavailable }: Fields, at: string): FieldError[] {
  const errors = [
    ...countOrShare(maxUnavailable, `${at}.maxUnavailable`),
    ...countOrShare(maxSurge, `${at}.maxSurge`),
    ...notMoreThanAll(maxUnavailable, `${at}.maxUnavailable`),
  ];
  if (!isNothing(maxSurge) || !isNothing(maxUnavailable)) return errors;
  return [...errors, invalidValue(`${at}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0")];
}

const COUNTS = ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"];

/** No more replicas can be ready than exist. */
function countErrors(status: Fields): FieldError[] {
  const count = (name: string) => Number(status[name] ?? 0);
  const more = (name: string, than: string, words: string) =>
    count(name) > count(than) ? [invalidValue(`status.${name}`, count(name), `cannot be greater than ${words}`)] : [];
  return [
    ...notNegative(status, COUNTS, "status"),
    ...["updatedReplicas", "readyReplicas", "availableReplicas"].flatMap((name) =>
      more(name, "replicas", "status.replicas")
    ),
    ...more("availableReplicas", "readyReplicas", "readyReplicas"),
  ];
}

/** What is wrong with a ReplicaSet. */
export function replicaSet(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  return [
    ...common(spec, "ReplicaSet"),
    ...notNegative(spec, ["minReadySeconds"], "spec"),
    ...fixedSelector(spec, old),
  ];
}

/** What is wrong with a DaemonSet. */
export function daemonSet(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const { type, rollingUpdate } = fieldsOf(spec.updateStrategy);
  const errors = [
    ...common(spec, "DaemonSet"),
    ...notNegative(spec, ["minReadySeconds", "revisionHistoryLimit"], "spec"),
  ];
  if (type !== "OnDelete" && type !== "RollingUpdate") {
    const shown = { Type: type, RollingUpdate: rollingUpdate ?? null };
    errors.push(notSupported("spec.updateStrategy", shown, ["RollingUpdate", "OnDelete"]));
  }
  const { maxSurge, maxUnavailable } = fieldsOf(rollingUpdate);
  if (type === "RollingUpdate" && isNothing(maxSurge) && isNothing(maxUnavailable)) {
    const field = "spec.updateStrategy.rollingUpdate.maxUnavailable";
    errors.push(required(field, "cannot be 0 when maxSurge is 0"));
  }
  return [...errors, ...fixedSelector(spec, old)];
}

const MUTABLE = [
  ...["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds"],
  "persistentVolumeClaimRetentionPolicy",
];

/** What is wrong with a StatefulSet. */
export function statefulSet(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  const errors = [
    ...updateErrors(spec),
    ...notNegative(spec, ["replicas", "minReadySeconds", "revisionHistoryLimit"], "spec"),
    ...notNegative(fieldsOf(spec.ordinals), ["start"], "spec.ordinals"),
    ...selectionErrors(spec, "StatefulSet"),
    ...named(spec, "serviceName", "spec", "label"),
    ...templateErrors(spec.template, "spec.template"),
    ...restartErrors(spec),
    ...itemsOf(spec.volumeClaimTemplates, "spec.volumeClaimTemplates").flatMap(([claim, at]) =>
      claimSpecErrors(fieldsOf(claim.spec), `${at}.spec`)
    ),
  ];
  if (!old || isSame(fixedOf(object.spec), fixedOf(old.spec))) return errors;
  const why =
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return [...errors, forbiddenField("spec", why)];
}

function updateErrors(spec: Fields): FieldError[] {
  const { type, rollingUpdate } = fieldsOf(spec.updateStrategy);
  const errors: FieldError[] = [];
  if (spec.podManagementPolicy !== "OrderedReady" && spec.podManagementPolicy !== "Parallel") {
    const why = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalidValue("spec.podManagementPolicy", spec.podManagementPolicy, why));
  }
  if (type !== "RollingUpdate" && type !== "OnDelete") {
    const shown = { Type: type, RollingUpdate: rollingUpdate ?? null };
    errors.push(invalidValue("spec.updateStrategy", shown, "must be 'RollingUpdate' or 'OnDelete'"));
  }
  const at = "spec.updateStrategy.rollingUpdate";
  if (type === "OnDelete" && isFields(rollingUpdate)) {
    const { partition = 0, maxUnavailable = null } = rollingUpdate;
    const shown = { Partition: partition, MaxUnavailable: maxUnavailable };
    errors.push(invalidValue(at, shown, "only allowed for updateStrategy 'RollingUpdate'"));
  }
  return [...errors, ...notNegative(fieldsOf(rollingUpdate), ["partition"], at)];
}

function fixedOf(spec: unknown): Fields {
  return Object.fromEntries(Object.entries(fieldsOf(spec)).filter(([name]) => !MUTABLE.includes(name)));
}
