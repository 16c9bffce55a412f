/** The columns of tables: what `kubectl get` prints. */

import { arrayOf, type Fields, isFields, isNumber, type ServerObject, valuesAt } from "../values/mod.ts";

/** A column, and how it reads its value from an object. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  cell(object: ServerObject, now: number): unknown;
}

const NAME: Column = {
  ...{ name: "Name", type: "string", format: "name", priority: 0 },
  description:
    "Name must be unique within a namespace. Is required when creating resources, although some resources may " +
    "allow a client to request the generation of an appropriate name automatically. Name is primarily intended for " +
    "creation idempotence and configuration definition. Cannot be updated. More info: " +
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
  cell: ({ metadata }) => metadata.name,
};

const AGE: Column = {
  ...{ name: "Age", type: "string", format: "", priority: 0 },
  description:
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not " +
    "guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is " +
    "represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: " +
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
  cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now),
};

/** The columns of kinds that only show name and age. */
export const PLAIN_COLUMNS: readonly Column[] = [NAME, AGE];

/** The columns that a definition gives a version. */
export function columnsOf(given: unknown): readonly Column[] {
  const columns = arrayOf(given).filter(isFields).map(columnOf);
  if (columns.length > 0) return [NAME, ...columns];
  return [NAME, { ...AGE, type: "date" }];
}

function columnOf(fields: Fields): Column {
  const path = String(fields.jsonPath);
  const type = String(fields.type);
  const text = (value: unknown) => typeof value === "string" ? value : "";
  return {
    name: text(fields.name),
    type,
    format: text(fields.format),
    description: text(fields.description) || `Custom resource definition column (in JSONPath format): ${path}`,
    priority: typeof fields.priority === "number" ? fields.priority : 0,
    cell: (object, now) => cellOf(valuesAt(object, path), type, now),
  };
}

function cellOf(values: readonly unknown[], type: string, now: number): unknown {
  const [value] = values;
  if (value === undefined || value === null) return null;
  switch (type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : typeof value === "bigint" ? value : null;
    case "number":
      return isNumber(value) ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? ageOf(value, now) : "<invalid>";
    case "string":
      return typeof value === "object" ? JSON.stringify(values.length === 1 ? value : values) : String(value);
    default:
      return value;
  }
}

/** The age of a time, for people: `5s`, `3m20s`, `2d4h`. */
function ageOf(time: string, now: number): string {
  const seconds = Math.trunc((now - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds) || seconds < -1) return "<invalid>";
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const [minutes, hours] = [Math.trunc(seconds / 60), Math.trunc(seconds / 3600)];
  const rest = (count: number, unit: string) => count === 0 ? "" : `${count}${unit}`;
  if (minutes < 10) return `${minutes}m${rest(seconds % 60, "s")}`;
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return `${hours}h${rest(minutes % 60, "m")}`;
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return `${Math.trunc(hours / 24)}d${rest(hours % 24, "h")}`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24)}d`;
  const years = Math.trunc(hours / 24 / 365);
  return years < 8 ? `${years}y${rest(Math.trunc(hours / 24) % 365, "d")}` : `${years}y`;
}
