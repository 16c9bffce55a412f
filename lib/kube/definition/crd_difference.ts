/** Compares a CRD in the cluster with the wanted one, and merges them. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import { TerminalError } from "../../steps/mod.ts";
import type { CrdManifest, CrdVersion } from "./crd_manifest.ts";
import { normalVersion } from "./crd_normal_form.ts";
import { jsonEquals } from "../json/mod.ts";

/** One condition of a CRD's status. */
interface CrdCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** A CRD as the API server stores it. */
export interface LiveCrd extends KubeObject {
  readonly spec: CrdManifest["spec"];
  readonly status?: { readonly conditions?: readonly CrdCondition[] };
}

/**
 * Refuses an update that would lose something.
 *
 * @throws {TerminalError} If the scope differs, or the CRD in the cluster serves versions that the wanted one does not
 * have.
 */
export function checkUpdatable(live: LiveCrd, wanted: CrdManifest): void {
  const { name } = wanted.metadata;
  if (live.spec.scope !== wanted.spec.scope) {
    throw new TerminalError(
      `Cannot update CustomResourceDefinition ${name} as the scope of a kind cannot change: current value is ` +
        `"${live.spec.scope}", not "${wanted.spec.scope}"; delete the CRD with all its objects, or define another kind`,
    );
  }
  const lost = otherVersions(live, wanted).filter((version) => version.served).map((version) => version.name);
  if (lost.length > 0) {
    throw new TerminalError(
      `Cannot update CustomResourceDefinition ${name} as it serves versions that the definition does not have, and their ` +
        `users would lose them: current value is ${lost.join(", ")}; set "served" of these to false first`,
    );
  }
}

function otherVersions(live: LiveCrd, wanted: CrdManifest): readonly CrdVersion[] {
  const names = wanted.spec.versions.map((version) => version.name);
  return live.spec.versions.filter((version) => !names.includes(version.name));
}

/**
 * Whether the CRD in the cluster says everything that the wanted one says. Values that the API server filled in do not
 * count.
 */
export function isUpToDate(live: LiveCrd, wanted: CrdManifest): boolean {
  return jsonEquals(namesOf(live), namesOf(wanted)) &&
    wanted.spec.versions.every((version) => {
      const present = live.spec.versions.find(({ name }) => name === version.name);
      return present !== undefined && jsonEquals(normalVersion(present), normalVersion(version));
    });
}

function namesOf({ spec: { names } }: { readonly spec: CrdManifest["spec"] }): unknown {
  const { kind, plural, singular, shortNames = [], categories = [] } = names;
  return { kind, plural, singular, shortNames, categories };
}

/**
 * Merges the wanted CRD into the one in the cluster. Keeps versions that are no longer served: objects may be stored in
 * them.
 */
export function mergeCrd(live: LiveCrd, wanted: CrdManifest): LiveCrd {
  const kept = otherVersions(live, wanted).map((version) => ({ ...version, storage: false }));
  const { names, versions } = wanted.spec;
  return { ...live, spec: { ...live.spec, names, versions: [...versions, ...kept] } };
}

/**
 * The annotation in which a CRD keeps the definition that it was made from and its generation after that. It is only
 * set if the API server did not store the definition unchanged; otherwise the two can be compared directly.
 */
const INSTALLED_ANNOTATION = "staircase.dev/installed";

/** Whether the CRD is unchanged since the API server stored this definition in its own form. */
export function isAsAnswered({ metadata: { annotations, generation } }: LiveCrd, definition: string): boolean {
  return generation !== undefined && annotations?.[INSTALLED_ANNOTATION] === `${definition}/${generation}`;
}

/** The CRD with a note that this is how the API server stored the definition. */
export function noteAnswer(answered: LiveCrd, definition: string): LiveCrd {
  const { annotations, generation } = answered.metadata;
  const note = { [INSTALLED_ANNOTATION]: `${definition}/${generation}` };
  return { ...answered, metadata: { ...answered.metadata, annotations: { ...annotations, ...note } } };
}

/** A digest of the definition. */
export async function digestOf({ spec }: CrdManifest): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(spec)));
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the API server serves the kind. */
export function isEstablished({ status }: LiveCrd): boolean {
  return ["NamesAccepted", "Established"].every((type) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === "True")
  );
}

/** The API server's reasons for not serving the kind. */
export function describeConditions(live: LiveCrd | undefined): string {
  if (!live) return "the CustomResourceDefinition is gone";
  const bad = (live.status?.conditions ?? []).filter(({ type, status }) =>
    ["NamesAccepted", "Established"].includes(type) ? status !== "True" : status === "True"
  );
  const reasons = bad.map(({ type, status, message }) => `${type} is ${status}${message ? `: ${message}` : ""}`);
  return reasons.join("; ") || "it gave no reason";
}
