/** The options of a write in its query: dry run, field manager, field validation. */

import { apiVersionOf, timestamp } from "../store/mod.ts";
import type { FieldValidation } from "./decoding.ts";
import type { Clock } from "../../../time/mod.ts";
import type { Writer } from "../fields/mod.ts";
import type { ResourceRequest } from "./request.ts";
import {
  type FieldError,
  forbiddenField,
  invalid,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from "../values/mod.ts";

export interface WriteOptions {
  readonly dryRun: boolean;
  /** How to treat unknown and duplicate fields. */
  readonly validation: FieldValidation;
  /** Whether to apply fields that others own. */
  readonly force: boolean;
  readonly writer: Writer;
}

const NAMES = { create: "CreateOptions", update: "UpdateOptions", patch: "PatchOptions" } as const;

/** Reads the options of a create, update or patch. @throws {StatusError} If they are invalid. */
export function writeOptionsOf(request: ResourceRequest, clock: Clock, apply: boolean): WriteOptions {
  const { query, verb } = request;
  const kind = NAMES[verb as keyof typeof NAMES] ?? "UpdateOptions";
  const errors = [
    ...dryRunErrors(query.getAll("dryRun")),
    ...managerErrors(query.get("fieldManager") ?? "", apply),
    ...validationErrors(query.get("fieldValidation") ?? ""),
    ...(!apply && query.get("force") !== null && verb === "patch"
      ? [forbiddenField("force", "may not be specified for non-apply patch")]
      : []),
  ];
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", errors);
  return {
    dryRun: query.has("dryRun"),
    validation: (query.get("fieldValidation") || "Warn") as FieldValidation,
    force: ["1", "true"].includes(query.get("force") ?? ""),
    writer: writerOf(request, clock, apply),
  };
}

/** The longest name of a manager, in bytes. */
const LONGEST_MANAGER = 128;

function managerErrors(manager: string, apply: boolean): FieldError[] {
  const field = "fieldManager";
  if (apply && manager === "") return [required(field, "is required for apply patch")];
  const errors: FieldError[] = [];
  if (new TextEncoder().encode(manager).length > LONGEST_MANAGER) errors.push(tooLong(field, LONGEST_MANAGER));
  const unprintable = [...manager].findIndex((char) => !/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char));
  if (unprintable >= 0) {
    const why = "should only contain printable characters";
    errors.push(invalidValue(field, manager, why));
  }
  return errors;
}

function validationErrors(validation: string): FieldError[] {
  const known = ["", "Ignore", "Strict", "Warn"];
  return known.includes(validation) ? [] : [notSupported("fieldValidation", validation, known)];
}

/** What is wrong with a dry-run option. */
export function dryRunErrors(values: readonly unknown[]): FieldError[] {
  if (values.every((value) => value === "All")) return [];
  return [notSupported("dryRun", values, ["All"])];
}

function writerOf({ query, requester, subresource, resource }: ResourceRequest, clock: Clock, apply: boolean): Writer {
  return {
    manager: query.get("fieldManager") || requester.userAgent.split("/")[0]!,
    operation: apply ? "Apply" : "Update",
    subresource,
    apiVersion: apiVersionOf(resource),
    time: timestamp(clock),
  };
}
