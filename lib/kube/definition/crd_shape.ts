/** Whether what was answered for a CRD can be read as one. Pure. */

import { isJsonObject, type JsonObject } from "../json/mod.ts";

/** What is wrong with a CRD, as far as it is read here; `undefined` when nothing is. */
export function crdProblem(crd: object): string | undefined {
  const { spec, status } = crd as { spec?: unknown; status?: unknown };
  if (!isJsonObject(spec)) return "it has no spec";
  const { names, versions } = spec;
  if (!isJsonObject(names)) return "it has no names";
  if (!isListOfFields(versions) || versions.length === 0) return "it has no versions";
  if (!versions.every(({ additionalPrinterColumns }) => isListOrNone(additionalPrinterColumns))) {
    return "its columns are no list";
  }
  if (status === undefined) return undefined;
  if (!isJsonObject(status)) return "its status is no object";
  return isListOrNone(status["conditions"]) ? undefined : "its conditions are no list";
}

/** The API server writes a list that nothing was put into as null: the conditions of a CRD that was just created. */
function isListOrNone(value: unknown): boolean {
  return value === undefined || value === null || isListOfFields(value);
}

function isListOfFields(value: unknown): value is JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}
