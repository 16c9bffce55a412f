/** The resource version options of lists and watches, and the errors for invalid combinations. */

import { badRequest, type FieldError, forbiddenField, invalid, notSupported } from "../values/mod.ts";

const SUBJECT = { group: "meta.k8s.io", kind: "ListOptions" };

/** The resource version of a request; `undefined` if none is given. @throws {StatusError} If it is not a number. */
export function revisionOf(query: URLSearchParams): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  const problem = revisionProblem(text);
  if (problem !== undefined) throw badRequest(`invalid resource version: ${problem}`);
  return text === "" ? undefined : Number(text);
}

/** What is wrong with a resource version; `undefined` if nothing is. */
export function revisionProblem(text: string): string | undefined {
  if (/^\d*$/.test(text)) return undefined;
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  return `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`;
}

/** A number in a query; `undefined` if none is given. @throws {StatusError} If it is not a number. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  if (text === "") return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Refuses options that cannot be combined. @throws {StatusError} If a rule is broken. */
export function checkListOptions(query: URLSearchParams, watch: boolean): void {
  const match = query.get("resourceVersionMatch") ?? "";
  const initial = query.get("sendInitialEvents") !== null;
  for (const name of ["limit", "timeoutSeconds"]) integerOf(query, name);
  const errors = watch ? watchErrors(match, initial) : listErrors(query, match, initial);
  if (errors.length > 0) throw invalid(SUBJECT, "", errors);
}

function watchErrors(match: string, initial: boolean): FieldError[] {
  const field = "resourceVersionMatch";
  if (initial && match !== "NotOlderThan") {
    return [forbiddenField(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")];
  }
  if (!initial && match !== "") {
    return [forbiddenField(field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")];
  }
  return [];
}

function listErrors(query: URLSearchParams, match: string, initial: boolean): FieldError[] {
  const field = "resourceVersionMatch";
  const revision = query.get("resourceVersion") ?? "";
  const errors: FieldError[] = [];
  if (match !== "" && revision === "") {
    errors.push(forbiddenField(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  }
  if (match !== "" && query.get("continue")) {
    errors.push(forbiddenField(field, "resourceVersionMatch is forbidden when continue is provided"));
  }
  if (match !== "" && match !== "Exact" && match !== "NotOlderThan") {
    errors.push(notSupported(field, match, ["Exact", "NotOlderThan", ""]));
  }
  if (match === "Exact" && revision === "0") {
    errors.push(forbiddenField(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (initial) errors.push(forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  return errors;
}
