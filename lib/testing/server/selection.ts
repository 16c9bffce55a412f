/** Which objects a list, a watch or a deletion of many is about: namespace, labels, fields. */

import { matchesSelector, parseSelector, type Selector, SelectorError } from "../../model/mod.ts";
import { valueAt } from "./json.ts";
import type { ServerObject } from "./object.ts";
import type { ResourceRequest } from "./request.ts";
import type { Resource } from "./resource.ts";
import { badRequest } from "./status.ts";

/** Whether an object is meant. */
export type Selection = (object: ServerObject) => boolean;

interface FieldCondition {
  readonly path: string;
  readonly value: string;
  readonly equal: boolean;
}

/** What a request is about. @throws {StatusError} If a selector cannot be read. */
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
  return text.split(",").filter((part) => part !== "").map((part) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    if (!match) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    const path = match[1]!;
    const known = ["metadata.name", "metadata.namespace", ...resource.selectable];
    if (!known.includes(path)) {
      const list = known.map((name) => `"${name}"`).join(", ");
      throw badRequest(`"${path}" is not a known field selector: only ${list}`);
    }
    return { path, value: match[3]!, equal: match[2] !== "!=" };
  });
}

function fieldText(object: ServerObject, path: string): string {
  const value = valueAt(object, path.split("."));
  return value === undefined || value === null ? "" : String(value);
}
