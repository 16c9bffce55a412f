/**
 * Whether a dependent is as it was applied, decided without a request and without a memory.
 *
 * The object keeps a mark: the hash of what was applied. Another hash than that of what is wanted now means that something
 * was wanted then that is not now, or the other way round. With the same hash, the fields applied are compared with those
 * stored, so that what others change is seen, and what they add is not.
 *
 * A difference that stays although it was applied is the API server's way of writing the value. So a write that is made for
 * differences notes them in the mark, with the generation that it saw. When the same differences are there and nobody has
 * written since, no other write is made.
 */

import type { Draft, KubeObject, ResourceKind } from "../model/mod.ts";
import { APPLIED_ANNOTATION, type Configuration, hashedDraft, marked } from "./configuration.ts";
import { type Difference, findDifferences } from "./differences.ts";
import { isBuiltin } from "./field_rules.ts";
import { hashJson } from "./hash.ts";

/** The configuration that creates the object. */
export function firstConfiguration(kind: ResourceKind, wanted: Draft<KubeObject>): Configuration {
  const hashed = hashedDraft(kind, wanted);
  return marked(hashed, hashed.hash);
}

/**
 * The configuration that has to be applied.
 *
 * @param kind The kind of the object.
 * @param wanted What is wanted.
 * @param stored What there is.
 * @returns `undefined` when all is as wanted, so that nothing would change.
 */
export function neededConfiguration(
  kind: ResourceKind,
  wanted: Draft<KubeObject>,
  stored: KubeObject,
): Configuration | undefined {
  const hashed = hashedDraft(kind, wanted);
  const mark = stored.metadata.annotations?.[APPLIED_ANNOTATION];
  if (mark === undefined || mark.split("/")[0] !== hashed.hash) return marked(hashed, hashed.hash);
  const differences = findDifferences(hashed.draft, stored, isBuiltin(kind));
  if (differences.length === 0) return undefined;
  const { generation } = stored.metadata;
  // Kinds that do not count their changes have no way to tell; what the API server does to their few fields is known.
  if (generation === undefined) return marked(hashed, hashed.hash);
  const noted = `${hashed.hash}/${hashJson(differences)}`;
  if (!isSettled(mark, noted, generation)) return marked(hashed, `${noted}/${generation}`);
  // Metadata is stored as it is written, and its changes are not counted. With the mark as it is, a write that something puts
  // back at once has no effect, and the Run backs off.
  return differences.some(isOfMetadata) ? marked(hashed, mark) : undefined;
}

/**
 * Whether a write was made for these differences already, and is the last that counted. It counts itself when it changed the
 * spec, and for Deployments always, as their annotations count; then the differences would be gone, were they not to stay.
 */
function isSettled(mark: string, noted: string, generation: number): boolean {
  const [hash, differences, seen] = mark.split("/");
  return `${hash}/${differences}` === noted && generation - Number(seen) <= 1;
}

function isOfMetadata({ path }: Difference): boolean {
  return path.startsWith("metadata.");
}
