/** An object, as an error shows it: short, and without what may be secret. Pure. */

import type { KubeObject, ResourceKind } from "../model/mod.ts";

/** The longest text of one field, and of the whole. */
const LONGEST_FIELD = 200;
const LONGEST = 2_000;

/** Metadata that tells nothing of what the object is like, or repeats what is there, data of Secrets included. */
const LEFT_OUT: ReadonlySet<string> = new Set(["managedFields", "selfLink", "creationTimestamp", "name", "namespace"]);
const REPEATS = "kubectl.kubernetes.io/last-applied-configuration";

/** The object as JSON. Of a Secret, the names of what it holds and none of the values. */
export function shownObject(kind: Pick<ResourceKind, "group" | "plural">, object: KubeObject): string {
  const isSecret = kind.group === "" && kind.plural === "secrets";
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...fields } = object as KubeObject & Record<string, unknown>;
  const shown: Record<string, unknown> = {
    metadata: metadataOf(metadata as unknown as Record<string, unknown>, isSecret),
  };
  for (const [name, value] of Object.entries(fields)) {
    const isData = isSecret && typeof value === "object" && value !== null;
    shown[name] = isData ? `(${Object.keys(value).join(", ") || "nothing"}; left out, as it is secret)` : value;
  }
  return shortened(
    JSON.stringify(shown, (_, value) => typeof value === "string" ? shortened(value, LONGEST_FIELD) : value),
  );
}

function metadataOf(metadata: Readonly<Record<string, unknown>>, isSecret: boolean): Record<string, unknown> {
  const shown = Object.fromEntries(Object.entries(metadata).filter(([name]) => !LEFT_OUT.has(name)));
  if (typeof shown["annotations"] !== "object" || shown["annotations"] === null) return shown;
  const annotations = Object.entries(shown["annotations"]).filter(([name]) => name !== REPEATS);
  // What annotates a Secret may have been made of it.
  if (isSecret) return { ...shown, annotations: `(${annotations.map(([name]) => name).join(", ")})` };
  return { ...shown, annotations: Object.fromEntries(annotations) };
}

function shortened(text: string, longest = LONGEST): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}
