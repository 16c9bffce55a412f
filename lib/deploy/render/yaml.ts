/** Objects as YAML, as users of kubectl expect it: no references, names before what they name, nothing that YAML 1.1 misreads. */

import { dump } from "js-yaml";
import type { Manifest } from "../manifests/mod.ts";

/** The order of the fields at the top, and of the metadata. Other fields follow as they come. */
const TOP = ["apiVersion", "kind", "metadata"] as const;
const META = ["name", "generateName", "namespace", "labels", "annotations"] as const;

/** Objects as documents of one text. */
export function yamlOf(objects: readonly Manifest[]): string {
  return objects.map((object) => valueYaml(ordered(object))).join("---\n");
}

/** Any value as YAML. */
export function valueYaml(value: unknown): string {
  // Its default is to quote what either YAML 1.1 or 1.2 would read as something else than a text.
  return dump(value, { lineWidth: -1, noRefs: true });
}

function ordered(object: Manifest): unknown {
  return first({ ...object, metadata: first(object.metadata, META) }, TOP);
}

function first(value: object, names: readonly string[]): Record<string, unknown> {
  const fields = value as Record<string, unknown>;
  const known = names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]);
  return { ...Object.fromEntries(known), ...without(fields, names) };
}

function without(value: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}
