/** The options of a deletion, in its body or query. */

import {
  badRequest,
  type FieldError,
  type Fields,
  goTypeOf,
  invalid,
  invalidValue,
  isFields,
  notSupported,
  textOf,
} from "../values/mod.ts";
import { integerOf } from "./list_options.ts";
import type { ResourceRequest } from "./request.ts";
import { dryRunErrors } from "./write_options.ts";

/** The options of a deletion. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** What happens to dependents; `undefined` uses the kind's default. */
  readonly propagation: "Background" | "Foreground" | "Orphan" | undefined;
  /** Whether the answer says that the object still exists; only with the old option. */
  readonly waits: boolean;
}

/** The options of controllers: no conditions, in the background. */
export const PLAIN_DELETE: DeleteOptions = {
  dryRun: false,
  uid: undefined,
  resourceVersion: undefined,
  propagation: "Background",
  waits: false,
};

const POLICIES = ["Foreground", "Background", "Orphan"];

/** Reads the options. @throws {StatusError} If they are not valid. */
export function deleteOptionsOf({ body, query }: ResourceRequest): DeleteOptions {
  const options = body ? parse(body) : {};
  checkTyped(options);
  integerOf(query, "gracePeriodSeconds");
  const propagation = options.propagationPolicy ?? query.get("propagationPolicy") ?? undefined;
  const dryRun = [...(Array.isArray(options.dryRun) ? options.dryRun : []), ...query.getAll("dryRun")];
  const errors = [...policyErrors(propagation, options), ...dryRunErrors(dryRun)];
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
  const preconditions: Fields = isFields(options.preconditions) ? options.preconditions : {};
  return {
    dryRun: dryRun.length > 0,
    uid: textOf(preconditions.uid),
    resourceVersion: textOf(preconditions.resourceVersion),
    propagation: orphaning(options) ?? propagation as DeleteOptions["propagation"],
    waits: options.orphanDependents === false,
  };
}

/** The policy of the deprecated option `orphanDependents`. */
function orphaning({ orphanDependents }: Fields): DeleteOptions["propagation"] {
  if (typeof orphanDependents !== "boolean") return undefined;
  return orphanDependents ? "Orphan" : "Background";
}

function policyErrors(propagation: unknown, { orphanDependents }: Fields): FieldError[] {
  if (propagation !== undefined && typeof orphanDependents === "boolean") {
    const why = "orphanDependents and deletionPropagation cannot be both set";
    return [invalidValue("propagationPolicy", propagation, why)];
  }
  if (propagation === undefined || POLICIES.includes(propagation as string)) return [];
  return [notSupported("propagationPolicy", propagation, [...POLICIES, "nil"])];
}

/** The body must describe a deletion, with fields of the right types. */
function checkTyped({ kind, apiVersion, propagationPolicy, orphanDependents, gracePeriodSeconds }: Fields): void {
  if (kind !== undefined && kind !== "DeleteOptions") {
    const [known, version] = [kind, apiVersion ?? ""].map((text) => JSON.stringify(text));
    throw badRequest(`no kind ${known} is registered for version ${version} in scheme "pkg/runtime/scheme.go:111"`);
  }
  const typed = [
    ["propagationPolicy", propagationPolicy, "string", "v1.DeletionPropagation"],
    ["orphanDependents", orphanDependents, "boolean", "bool"],
    ["gracePeriodSeconds", gracePeriodSeconds, "number", "int64"],
  ] as const;
  for (const [name, value, type, goType] of typed) {
    if (value === undefined || value === null || typeof value === type) continue;
    const found = goTypeOf(value);
    throw badRequest(`json: cannot unmarshal ${found} into Go struct field DeleteOptions.${name} of type ${goType}`);
  }
}

function parse(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) return value;
  } catch (error) {
    throw badRequest(`the delete options cannot be read: ${(error as Error).message}`);
  }
  throw badRequest("the delete options cannot be read: they are not an object");
}
