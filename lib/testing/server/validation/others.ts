/** Validates Leases, autoscalers, disruption budgets, Events, nodes and namespaces. */

import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isFields,
  notSupported,
  qualifiedNameProblem,
  qualifiedNameProblems,
  required,
  type ServerObject,
} from "../values/mod.ts";
import {
  countOrShare,
  itemsOf,
  mustHave,
  notMoreThanAll,
  notNegative,
  oneOf,
  rangeErrors,
  selectorErrors,
} from "./checks.ts";

/** What is wrong with a Lease. */
export function lease(object: ServerObject): FieldError[] {
  const spec = fieldsOf(object.spec);
  const { leaseDurationSeconds: seconds } = spec;
  const errors = typeof seconds === "number" && seconds <= 0
    ? [invalidValue("spec.leaseDurationSeconds", seconds, "must be greater than 0")]
    : [];
  return [...errors, ...notNegative(spec, ["leaseTransitions"], "spec")];
}

const METRICS: Readonly<Record<string, string>> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};

/** What is wrong with an autoscaler. */
export function horizontalPodAutoscaler(object: ServerObject): FieldError[] {
  const spec = fieldsOf(object.spec);
  const target = fieldsOf(spec.scaleTargetRef);
  const [least, most] = [Number(spec.minReplicas), Number(spec.maxReplicas)];
  const errors: FieldError[] = [];
  if (least < 1) errors.push(invalidValue("spec.minReplicas", least, "must be greater than or equal to 1"));
  if (!(most >= 1)) errors.push(required("spec.maxReplicas", "must be set and greater than 0"));
  if (most < least) {
    errors.push(invalidValue("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"));
  }
  errors.push(...mustHave(target, ["kind", "name"], "spec.scaleTargetRef"));
  if (!String(target.apiVersion ?? "").includes("/") && target.apiVersion !== "v1") {
    const why = "apiVersion must specify API group";
    errors.push(invalidValue("spec.scaleTargetRef.apiVersion", target.apiVersion ?? "", why));
  }
  errors.push(...itemsOf(spec.metrics, "spec.metrics").flatMap(metricErrors));
  if (least >= 1) return errors;
  const why = "must specify at least one Object or External metric to support scaling to zero replicas";
  return [...errors, forbiddenField("spec.metrics", why)];
}

function metricErrors([metric, at]: [Fields, string]): FieldError[] {
  const { type } = metric;
  if (!type) return [required(`${at}.type`, "must specify a metric source type")];
  if (!Object.hasOwn(METRICS, String(type))) {
    const error = notSupported(`${at}.type`, type, Object.keys(METRICS));
    return [error, error]; // the API server says it twice
  }
  const name = METRICS[String(type)]!;
  const source = metric[name];
  if (!isFields(source)) return [required(`${at}.${name}`, "must populate information for the given metric source")];
  const { averageUtilization, averageValue } = fieldsOf(source.target);
  if (type !== "Resource" || averageUtilization !== undefined || averageValue !== undefined) return [];
  const why = "must set either a target raw value or a target utilization";
  return [required(`${at}.${name}.target.averageUtilization`, why)];
}

/** What is wrong with a disruption budget. */
export function podDisruptionBudget(object: ServerObject): FieldError[] {
  const spec = fieldsOf(object.spec);
  const { minAvailable, maxUnavailable, selector } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      ...{ MinAvailable: minAvailable, Selector: selector ?? null, MaxUnavailable: maxUnavailable },
      UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
    };
    errors.push(invalidValue("spec", shown, "minAvailable and maxUnavailable cannot be both set"));
  }
  for (const name of ["minAvailable", "maxUnavailable"]) {
    errors.push(...countOrShare(spec[name], `spec.${name}`), ...notMoreThanAll(spec[name], `spec.${name}`));
  }
  return [
    ...errors,
    ...oneOf(spec, "unhealthyPodEvictionPolicy", "spec", ["AlwaysAllow", "IfHealthyBudget"]),
    ...selectorErrors(selector, "spec.selector"),
  ];
}

/** The longest texts of an Event, in characters. */
const LONGEST = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

/** An Event must be in the namespace of its object. One with an exact time needs more fields. */
export function event(object: ServerObject): FieldError[] {
  const { metadata, involvedObject, eventTime } = object;
  const { namespace = "" } = fieldsOf(involvedObject);
  const mismatch = [invalidValue("involvedObject.namespace", namespace, "does not match event.namespace")];
  const shared = metadata.namespace === "default" || (Boolean(eventTime) && metadata.namespace === "kube-system");
  if (!eventTime) return (namespace === "" ? shared : namespace === metadata.namespace) ? [] : mismatch;
  const errors = namespace === "" && !shared ? mismatch : [];
  const controller = String(object.reportingComponent ?? object.reportingController ?? "");
  const field = object.apiVersion === "v1" ? "reportingComponent" : "reportingController";
  if (controller === "") errors.push(required(field));
  errors.push(...qualifiedNameProblems(controller).map((why) => invalidValue(field, controller, why)));
  errors.push(...mustHave(object, ["reportingInstance", "action", "reason"], ""));
  for (const [name, most] of Object.entries(LONGEST)) {
    const text = String(object[name] ?? "");
    if (text.length > most) errors.push(invalidValue(name, "", `can have at most ${most} characters`));
  }
  return errors;
}

/** An Event in the newer form must have a time. */
export function newEvent(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const errors = event({ ...object, involvedObject: object.regarding, message: object.note });
  if (old) return errors;
  if (!object.eventTime) errors.push(required("eventTime"));
  if (object.type === "Normal" || object.type === "Warning") return errors;
  return [...errors, invalidValue("type", "", `has invalid value: ${object.type ?? ""}`)];
}

/** What is wrong with a node. */
export function node(object: ServerObject): FieldError[] {
  const spec = fieldsOf(object.spec);
  const ranges = arrayOf(spec.podCIDRs ?? (spec.podCIDR === undefined ? [] : [spec.podCIDR]));
  return [
    ...itemsOf(spec.taints, "metadata.taints").flatMap(([taint, at]) => {
      const errors = qualifiedNameProblems(String(taint.key)).map((why) => invalidValue(`${at}.key`, taint.key, why));
      return [...errors, ...oneOf(taint, "effect", at, ["NoSchedule", "PreferNoSchedule", "NoExecute"])];
    }),
    ...ranges.flatMap((range, index) => rangeErrors(range, `spec.podCIDRs[${index}]`)),
  ];
}

/** What is wrong with a namespace. */
export function namespace(object: ServerObject): FieldError[] {
  const { phase } = fieldsOf(object.status);
  const early = object.metadata.deletionTimestamp === undefined && phase !== "Active" && phase !== undefined;
  const why = "may only be 'Active' if `deletionTimestamp` is empty";
  return [...(early ? [invalidValue("status.Phase", phase, why)] : []), ...finalizerErrors(object)];
}

function finalizerErrors(object: ServerObject): FieldError[] {
  return arrayOf(fieldsOf(object.spec).finalizers).map(String).flatMap((name) => {
    const problem = qualifiedNameProblem(name);
    if (problem) return [invalidValue("spec.finalizers", name, problem)];
    if (name.includes("/") || name === "kubernetes") return [];
    const why = "name is neither a standard finalizer name nor is it fully qualified";
    return [invalidValue("spec.finalizers", name, why)];
  });
}
