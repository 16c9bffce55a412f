/** Checks that an answer for a CRD can be read as one. Pure. */

import { isJsonObject, type JsonObject } from "../json/mod.ts";

/** What is wrong with the parts of a CRD that are read here; `undefined` if nothing is. */
export function crdProblem(crd: object): string | undefined {
  const { spec, status } = crd as { spec?: unknown; status?: unknown };
  if (!isJsonObject(spec)) return "it has no spec";
  const { names, versions } = spec;
  if (!isJsonObject(names)) return "it has no names";
  if (!isListOfFields(versions) || versions.length === 0) return "it has no versions";
  if (!versions.every(({ additionalPrinterColumns }) => isListOrNone(additionalPrinterColumns))) {
    return "its columns are not a list";
  }
  if (status === undefined) return undefined;
  if (!isJsonObject(status)) return "its status is not an object";
  return isListOrNone(status["conditions"]) ? undefined : "its conditions are not a list";
}

/** The API server writes a list that was never set as null, such as the conditions of a new CRD. */
function isListOrNone(value: unknown): boolean {
  return value === undefined || value === null || isListOfFields(value);
}

function isListOfFields(value: unknown): value is JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}
