/** A CRD in the cluster and the one that is wanted: whether they differ, and how one becomes the other. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import { TerminalError } from "../../steps/mod.ts";
import type { CrdManifest, CrdVersion } from "./crd_manifest.ts";
import { normalVersion } from "./crd_normal_form.ts";
import { jsonEquals } from "../json/mod.ts";

/** One of the things that the API server says of a CRD. */
interface CrdCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** A CRD as the API server has it. */
export interface LiveCrd extends KubeObject {
  readonly spec: CrdManifest["spec"];
  readonly status?: { readonly conditions?: readonly CrdCondition[] };
}

/**
 * Refuses to update what cannot be updated without loss.
 *
 * @throws {TerminalError} If the scope differs, or the CRD in the cluster serves versions that the wanted one does not have.
 */
export function checkUpdatable(live: LiveCrd, wanted: CrdManifest): void {
  const { name } = wanted.metadata;
  if (live.spec.scope !== wanted.spec.scope) {
    throw new TerminalError(
      `Cannot update CustomResourceDefinition ${name} as the scope of a kind is for good: current value is ` +
        `"${live.spec.scope}", not "${wanted.spec.scope}"; delete the CRD and with it all its objects, or define another kind`,
    );
  }
  const lost = otherVersions(live, wanted).filter((version) => version.served).map((version) => version.name);
  if (lost.length > 0) {
    throw new TerminalError(
      `Cannot update CustomResourceDefinition ${name} as it serves versions that the definition does not have, and whoever ` +
        `uses them would lose them: current value is ${lost.join(", ")}; set "served" of these to false first`,
    );
  }
}

function otherVersions(live: LiveCrd, wanted: CrdManifest): readonly CrdVersion[] {
  const names = wanted.spec.versions.map((version) => version.name);
  return live.spec.versions.filter((version) => !names.includes(version.name));
}

/** Whether the CRD in the cluster says all that the wanted one says. What the API server has filled in does not count. */
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

/** The CRD in the cluster, made to be as wanted. Objects may still be stored in versions that are no longer served: these stay. */
export function mergeCrd(live: LiveCrd, wanted: CrdManifest): LiveCrd {
  const kept = otherVersions(live, wanted).map((version) => ({ ...version, storage: false }));
  const { names, versions } = wanted.spec;
  return { ...live, spec: { ...live.spec, names, versions: [...versions, ...kept] } };
}

/**
 * The annotation in which a CRD notes which definition it was made to be, and the generation that this was answered with. Only
 * where the API server did not store the definition as it is: otherwise it can be compared.
 */
const INSTALLED_ANNOTATION = "staircase.dev/installed";

/** Whether the CRD is still what the API server once made of the definition. */
export function isAsAnswered({ metadata: { annotations, generation } }: LiveCrd, definition: string): boolean {
  return generation !== undefined && annotations?.[INSTALLED_ANNOTATION] === `${definition}/${generation}`;
}

/** The CRD with a note that the API server answered the definition with this. */
export function noteAnswer(answered: LiveCrd, definition: string): LiveCrd {
  const { annotations, generation } = answered.metadata;
  const note = { [INSTALLED_ANNOTATION]: `${definition}/${generation}` };
  return { ...answered, metadata: { ...answered.metadata, annotations: { ...annotations, ...note } } };
}

/** What tells one definition from another. */
export async function digestOf({ spec }: CrdManifest): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(spec)));
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the API server answers requests for the kind. */
export function isEstablished({ status }: LiveCrd): boolean {
  return ["NamesAccepted", "Established"].every((type) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === "True")
  );
}

/** What keeps the API server from answering, in its own words. */
export function describeConditions(live: LiveCrd | undefined): string {
  if (!live) return "the CustomResourceDefinition is gone";
  const bad = (live.status?.conditions ?? []).filter(({ type, status }) =>
    ["NamesAccepted", "Established"].includes(type) ? status !== "True" : status === "True"
  );
  const reasons = bad.map(({ type, status, message }) => `${type} is ${status}${message ? `: ${message}` : ""}`);
  return reasons.join("; ") || "it has not said why";
}
