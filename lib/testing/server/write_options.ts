/** What a write is told in its query: dry run, field manager, how strict to be. */

import { timestamp } from "./context.ts";
import type { Clock } from "../../time/mod.ts";
import type { Writer } from "./managed_fields.ts";
import type { ResourceRequest } from "./request.ts";
import { apiVersionOf } from "./resource.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "./status.ts";

/** The options of one write. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Refuse unknown fields. */
  readonly strict: boolean;
  /** Apply also what others own. */
  readonly force: boolean;
  readonly writer: Writer;
}

const NAMES = { create: "CreateOptions", update: "UpdateOptions", patch: "PatchOptions" } as const;

/** Reads the options of a create, an update or a patch. @throws {StatusError} If they are not valid. */
export function writeOptionsOf(request: ResourceRequest, clock: Clock, apply: boolean): WriteOptions {
  const { query, verb } = request;
  const kind = NAMES[verb as keyof typeof NAMES] ?? "UpdateOptions";
  const errors = [
    ...dryRunErrors(query.getAll("dryRun")),
    ...(apply && !query.get("fieldManager") ? [required("fieldManager", "is required for apply patch")] : []),
    ...(!apply && query.get("force") !== null && verb === "patch"
      ? [forbiddenField("force", "may not be specified for non-apply patch")]
      : []),
  ];
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", errors);
  return {
    dryRun: query.has("dryRun"),
    strict: query.get("fieldValidation") === "Strict",
    force: ["1", "true"].includes(query.get("force") ?? ""),
    writer: writerOf(request, clock, apply),
  };
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
