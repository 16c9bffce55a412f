/**
 * Decides whether a dependent still is as it was applied, without a request.
 *
 * Every applied object carries a mark: the hash of the configuration that was applied. If the wanted configuration has
 * another hash, something is wanted now that was not wanted then, or the other way round. If the hash is the same, the
 * applied fields are compared with the stored ones: this finds what others changed, and ignores what others added.
 *
 * The API server's answer to an apply may differ from what was applied, because the API server normalizes values: it
 * drops empty ones, shortens quantities, prunes unknown fields. For any kind, the mark then notes these differences, in
 * one write that changes nothing else. As long as the stored object differs in these and nothing else, no process
 * writes it again. Any other difference was made by somebody else, and is corrected.
 *
 * A new process remembers no answer. It corrects the differences that it finds, and notes them in the same write as a
 * guess. If they come back after that write, they count as the API server's own.
 */

import type { Draft, KubeObject, ResourceKind } from "../model/mod.ts";
import { APPLIED_ANNOTATION, type HashedDraft } from "./configuration.ts";
import { type Difference, findDifferences } from "./differences.ts";
import { isBuiltin } from "./field_rules.ts";
import { hashJson } from "./hash.ts";
import { type Mark, parseMark } from "./mark.ts";

/** What is remembered of the API server's answer to an apply. */
export interface Answer {
  /** The hash of the whole configuration, secret values included. It never leaves the process. */
  readonly configuration: string;
  /** The digest of the values that the API server answered with a difference; empty for none. */
  readonly normalized: string;
  /** Whether the apply was made only to note how the API server had answered before. */
  readonly noting: boolean;
}

export interface NeededApply {
  /** The mark to put on the object. The manager is still to be filled in. */
  readonly mark: Mark;
  /** Whether the apply only notes how the API server has answered. */
  readonly noting: boolean;
}

/** The mark for an object of which only the wanted configuration is known. */
export function plainMark({ hash }: HashedDraft): Mark {
  return { configuration: hash, normalized: "", guess: "" };
}

/** Reads what is to be remembered from the answer to an apply. */
export function readAnswer(kind: ResourceKind, wanted: HashedDraft, answered: KubeObject, noting: boolean): Answer {
  const differences = differencesOf(kind, wanted.draft, answered);
  return { configuration: wanted.wholeHash, normalized: digestOf(differences), noting };
}

/**
 * Decides which apply is needed.
 *
 * @param kind The kind of the object.
 * @param wanted The configuration that is wanted.
 * @param stored The object as it is stored.
 * @param answer How the API server answered when this same configuration was last applied to the object, if remembered.
 * @returns `undefined` if an apply would change nothing.
 */
export function neededApply(
  kind: ResourceKind,
  wanted: HashedDraft,
  stored: KubeObject,
  answer: Answer | undefined,
): NeededApply | undefined {
  const plain = plainMark(wanted);
  const mark = parseMark(stored.metadata.annotations?.[APPLIED_ANNOTATION]);
  if (mark.configuration !== wanted.hash) return { mark: plain, noting: false };
  const differences = differencesOf(kind, wanted.draft, stored);
  const seen = digestOf(differences);
  const mayNote = isNotable(kind, differences);
  if (answer) return byAnswer(plain, mark, seen, answer, mayNote);
  if (seen === mark.normalized) return undefined;
  // Nothing differs any more, so the noted difference was not a normalization. Keeping the note would hide the next
  // change by others.
  if (seen === "") return { mark: plain, noting: false };
  // The guessed difference survived the write that should have corrected it.
  if (seen === mark.guess) return { mark: { ...plain, normalized: seen }, noting: false };
  return { mark: { ...plain, normalized: mark.normalized, guess: mayNote ? seen : "" }, noting: false };
}

/** Decides with a remembered answer: it shows how the API server normalizes the values. */
function byAnswer(plain: Mark, mark: Mark, seen: string, answer: Answer, mayNote: boolean): NeededApply | undefined {
  const { normalized, noting } = answer;
  if (seen === normalized) {
    // One note is enough. If every write is answered differently (a webhook that stamps the time), notes would never
    // end.
    if (mark.normalized === normalized || noting && normalized !== "" || !mayNote) return undefined;
    return { mark: { ...plain, normalized }, noting: true };
  }
  // The answer did differ, so somebody else has since written exactly what is wanted. It cannot get better.
  if (seen === "") return undefined;
  return { mark: { ...plain, normalized: normalized === "" ? "" : mark.normalized }, noting: false };
}

/** Differences in a Secret's values are not noted: more people may read annotations than secrets. */
function isNotable(kind: ResourceKind, differences: readonly Difference[]): boolean {
  const isSecret = kind.group === "" && kind.kind === "Secret";
  return !isSecret || differences.every(({ path }) => path !== "data" && !path.startsWith("data."));
}

function differencesOf(kind: ResourceKind, wanted: Draft<KubeObject>, stored: KubeObject): Difference[] {
  return findDifferences(wanted, stored, isBuiltin(kind));
}

function digestOf(differences: readonly Difference[]): string {
  return differences.length === 0 ? "" : hashJson(differences);
}
