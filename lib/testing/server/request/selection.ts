/** Selects the objects of a list, watch or deletion of many: by namespace, labels and fields. */

import { matchesSelector, parseSelector, type Selector, SelectorError } from "../../../model/mod.ts";
import { arrayOf, badRequest, fieldsOf, type ServerObject, valueAt } from "../values/mod.ts";
import type { ResourceRequest } from "./request.ts";
import type { Resource } from "../store/mod.ts";

/** Whether an object is selected. */
export type Selection = (object: ServerObject) => boolean;

interface FieldCondition {
  readonly path: string;
  readonly value: string;
  readonly equal: boolean;
}

/** The selection of a request. @throws {StatusError} If a selector is invalid. */
export function selectionOf({ resource, namespace, name, query }: ResourceRequest): Selection {
  const labels = labelConditions(query.get("labelSelector") ?? "");
  const fields = fieldConditions(query.get("fieldSelector") ?? "", resource);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    (labels.length === 0 || matchesSelector(object.metadata.labels, labels)) &&
    fields.every(({ path, value, equal }) => (fieldText(object, path) === value) === equal);
}

/** Whether a request selects by labels or fields. */
export function hasSelector(query: URLSearchParams): boolean {
  return Boolean(query.get("labelSelector") || query.get("fieldSelector"));
}

function labelConditions(text: string): readonly Selector[] {
  try {
    return parseSelector(text);
  } catch (error) {
    throw error instanceof SelectorError ? badRequest(error.reason) : error;
  }
}

function fieldConditions(text: string, resource: Resource): FieldCondition[] {
  return splitTerms(text).filter((part) => part !== "").map((part) => {
    const match = /^([^=!]*?)(==|=|!=)(.*)$/s.exec(part);
    if (!match) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    const path = match[1]!;
    if (!isSelectable(path, resource)) throw badRequest(unknownField(path, resource));
    return { path, value: unescaped(match[3]!), equal: match[2] !== "!=" };
  });
}

/** Splits a selector at commas that have no backslash before them. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\[\s\S]|[^,\\])+/g) ?? [];
}

function unescaped(value: string): string {
  const stray = /^(?:\\[\s\S]|[^\\=,])*([=,])/.exec(value)?.[1];
  if (stray) throw badRequest(`invalid field selector: unescaped character in value: ${stray.charCodeAt(0)}`);
  const wrong = /\\([^\\=,]|$)/.exec(value);
  if (wrong) throw badRequest(`invalid field selector: invalid escape sequence: ${wrong[0]}`);
  return value.replace(/\\([\\=,])/g, "$1");
}

/** Kinds with fields of their own, and custom ones, only know the namespace field if they are namespaced. */
function isSelectable(path: string, { selectable, custom, namespaced }: Resource): boolean {
  if (path === "" || path === "metadata.name" || selectable.includes(path)) return true;
  return path === "metadata.namespace" && (namespaced || !(custom || selectable.length > 0));
}

function unknownField(path: string, { selectable, custom, kind }: Resource): string {
  if (kind === "Job") return `field label "${path}" not supported for ${kind}`;
  if (custom || selectable.length > 0) return `field label not supported: ${path}`;
  return `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** The text of a field. Some booleans are false if they are not set, and some fields are stored elsewhere. */
function fieldText(object: ServerObject, path: string): string {
  if (path === "source") return String(valueAt(object, ["source", "component"]) ?? object.reportingComponent ?? "");
  const value = valueAt(object, path.split("."));
  if (path === "spec.unschedulable" || path === "spec.hostNetwork") return String(value ?? false);
  if (path === "status.podIPs") return arrayOf(value).map((each) => String(fieldsOf(each).ip)).join(",");
  if (path === "status.replicas" || path === "status.successful") return String(value ?? 0);
  return value === undefined || value === null ? "" : String(value);
}
