/**
 * Whether a dependent is as it was applied, decided without a request.
 *
 * The object keeps a mark: the hash of what was applied. Another hash than that of what is wanted now means that something
 * was wanted then that is not now, or the other way round. With the same hash, the fields applied are compared with those
 * stored, so that what others change is seen, and what they add is not.
 *
 * Differences that are there in the API server's answer to an apply are its own way of writing the values: it drops what is
 * empty, shortens quantities, prunes. Of any kind, that is noted in the mark, by one write that changes nothing else; while
 * what is stored differs in that and nothing else, no write is made, by whatever process. Other differences are the work of
 * others, and put right.
 *
 * Where no answer is remembered, as the process is new, the differences are noted as a guess by the write that puts them right.
 * Seen again after that, they count as the API server's own.
 */

import type { Draft, KubeObject, ResourceKind } from "../model/mod.ts";
import { APPLIED_ANNOTATION, type HashedDraft } from "./configuration.ts";
import { type Difference, findDifferences } from "./differences.ts";
import { isBuiltin } from "./field_rules.ts";
import { hashJson } from "./hash.ts";
import { type Mark, parseMark } from "./mark.ts";

/** What is remembered of the API server's answer to an apply. */
export interface Answer {
  /** The hash of the whole configuration that was answered, secret values included: it never leaves the process. */
  readonly configuration: string;
  /** The digest of the values that were answered otherwise than they were applied; empty for none. */
  readonly spelling: string;
  /** Whether it was applied only to note how the API server had answered before. */
  readonly noting: boolean;
}

/** The apply that is needed. */
export interface NeededApply {
  /** What the object is marked with. The manager is to be filled in. */
  readonly mark: Mark;
  /** Whether it only notes how the API server has answered. */
  readonly noting: boolean;
}

/** The mark of an object of which nothing is known but what is applied. */
export function plainMark({ hash }: HashedDraft): Mark {
  return { configuration: hash, spelling: "", guess: "" };
}

/** What an answer to an apply tells. */
export function readAnswer(kind: ResourceKind, wanted: HashedDraft, answered: KubeObject, noting: boolean): Answer {
  const differences = differencesOf(kind, wanted.draft, answered);
  return { configuration: wanted.wholeHash, spelling: digestOf(differences), noting };
}

/**
 * What has to be applied.
 *
 * @param kind The kind of the object.
 * @param wanted What is wanted.
 * @param stored What there is.
 * @param answer How the API server answered when this very configuration was applied to the object last, if it is remembered.
 * @returns `undefined` when all is as wanted, so that nothing would change.
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
  if (seen === mark.spelling) return undefined;
  // Nothing differs any more: what was noted was no spelling, and would hide the same change by others next time.
  if (seen === "") return { mark: plain, noting: false };
  // What was guessed has outlived the write that would have put it right.
  if (seen === mark.guess) return { mark: { ...plain, spelling: seen }, noting: false };
  return { mark: { ...plain, spelling: mark.spelling, guess: mayNote ? seen : "" }, noting: false };
}

/** With an answer, how the API server writes the values is known. */
function byAnswer(plain: Mark, mark: Mark, seen: string, answer: Answer, mayNote: boolean): NeededApply | undefined {
  const { spelling, noting } = answer;
  if (seen === spelling) {
    // One note is enough: where each write is written otherwise, as by a webhook that stamps the time, notes would never end.
    if (mark.spelling === spelling || noting && spelling !== "" || !mayNote) return undefined;
    return { mark: { ...plain, spelling }, noting: true };
  }
  // It was answered otherwise, so others have written as is wanted what the API server would not: as good as it can be.
  if (seen === "") return undefined;
  return { mark: { ...plain, spelling: spelling === "" ? "" : mark.spelling }, noting: false };
}

/** In Secrets, values that differ are not noted: annotations are shown where secrets are not. */
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
