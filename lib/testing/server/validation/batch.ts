/** Validates Jobs and CronJobs. */

import {
  type FieldError,
  type Fields,
  fieldsOf,
  invalidValue,
  isFields,
  isSame,
  notSupported,
  required,
  type ServerObject,
  valueAt,
} from "../values/mod.ts";
import { notNegative, oneOf } from "./checks.ts";
import { templateErrors } from "./pod.ts";
import { scheduleProblem } from "./schedule.ts";
import { selects } from "./workload.ts";

const COUNTS = ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"];

/** What is wrong with a Job. */
export function job(object: ServerObject, old: ServerObject | undefined): FieldError[] {
  const spec = fieldsOf(object.spec);
  return [...selectorErrors(spec, object.metadata.uid), ...jobSpecErrors(spec, "spec"), ...fixedErrors(spec, old)];
}

function selectorErrors(spec: Fields, uid: string): FieldError[] {
  const { selector, manualSelector } = spec;
  const labels = valueAt(spec, ["template", "metadata", "labels"]);
  const mismatch = invalidValue(
    "spec.template.metadata.labels",
    labels ?? null,
    "`selector` does not match template `labels`",
  );
  if (!isFields(selector)) return [required("spec.selector"), mismatch];
  const generated = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  if (manualSelector !== true && !isSame(selector, generated)) {
    return [invalidValue("spec.selector", selector, "`selector` not auto-generated")];
  }
  return selects(selector, labels) ? [] : [mismatch];
}

function jobSpecErrors(spec: Fields, path: string): FieldError[] {
  const errors = [
    ...notNegative(spec, COUNTS, path),
    ...oneOf(spec, "completionMode", path, ["NonIndexed", "Indexed"]),
    ...oneOf(spec, "podReplacementPolicy", path, ["Failed", "TerminatingOrFailed"]),
    ...templateErrors(spec.template, `${path}.template`),
  ];
  if (spec.completionMode === "Indexed" && spec.completions === undefined) {
    errors.push(required(`${path}.completions`, "when completion mode is Indexed"));
  }
  const field = `${path}.template.spec.restartPolicy`;
  const policy = valueAt(spec, ["template", "spec", "restartPolicy"]);
  if (policy === "Always") return [...errors, required(field, 'valid values: "OnFailure", "Never"')];
  if (policy === "OnFailure" || policy === "Never") return errors;
  return [...errors, notSupported(field, policy, ["OnFailure", "Never"])];
}

/** The spec of a Job cannot be changed. */
function fixedErrors(spec: Fields, old: ServerObject | undefined): FieldError[] {
  if (!old) return [];
  const was = fieldsOf(old.spec);
  const fixed = spec.completionMode === "Indexed" && spec.completions === spec.parallelism
    ? ["selector", "template", "completionMode"]
    : ["completions", "selector", "template", "completionMode"];
  return fixed.filter((name) => !isSame(spec[name], was[name])).map((name) =>
    invalidValue(`spec.${name}`, spec[name], "field is immutable")
  );
}

/** What is wrong with a CronJob. */
export function cronJob(object: ServerObject): FieldError[] {
  const spec = fieldsOf(object.spec);
  const counts = ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"];
  const { name } = object.metadata;
  const template = fieldsOf(fieldsOf(spec.jobTemplate).spec);
  return [
    ...scheduleErrors(spec),
    ...notNegative(spec, counts.slice(0, 1), "spec"),
    ...oneOf(spec, "concurrencyPolicy", "spec", ["Allow", "Forbid", "Replace"]),
    ...jobSpecErrors(template, "spec.jobTemplate.spec"),
    ...notNegative(spec, counts.slice(1), "spec"),
    // The names of its Jobs are eleven characters longer.
    ...(name.length > 52 ? [invalidValue("metadata.name", name, "must be no more than 52 characters")] : []),
  ];
}

function scheduleErrors({ schedule, timeZone }: Fields): FieldError[] {
  if (!schedule) return [required("spec.schedule")];
  const problem = scheduleProblem(String(schedule));
  const errors = problem === undefined ? [] : [invalidValue("spec.schedule", schedule, problem)];
  if (timeZone === undefined) return errors;
  const why = timeZone === "" ? "timeZone must be nil or non-empty string" : zoneProblem(String(timeZone));
  return why === undefined ? errors : [...errors, invalidValue("spec.timeZone", timeZone, why)];
}

function zoneProblem(zone: string): string | undefined {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return undefined;
  } catch {
    return `unknown time zone ${zone}`;
  }
}
