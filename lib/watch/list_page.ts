/** One page of a list, out of the bytes of the answer. */

import type { KubeObject, ResourceKind } from "../model/mod.ts";
import { type AnsweredList, answerProblem, parseAnswer, readItems } from "../kube/mod.ts";
import { transformed } from "./decode.ts";
import { MalformedListError } from "./errors.ts";

/** One page of a list. */
export interface ListPage<T extends KubeObject> {
  readonly objects: readonly T[];
  /** The version of the whole list. */
  readonly resourceVersion: string;
  /** What asks for the next page; `undefined` for the last one. */
  readonly token: string | undefined;
}

/**
 * Reads a page.
 *
 * @throws {ApiError} If the answer is a refusal.
 * @throws {UnexpectedAnswerError} If the answer is not JSON.
 * @throws {MalformedListError} If it is no list of that kind, with items and a version.
 * @throws {TransformError} If `transform` throws.
 */
export function readListPage<T extends KubeObject>(
  bytes: Uint8Array,
  kind: ResourceKind<T>,
  transform?: (object: T) => T,
): ListPage<T> {
  const answer = parseAnswer(bytes);
  const problem = answerProblem(answer, { verb: "list", kind });
  if (problem !== undefined) throw new MalformedListError(problem);
  const list = answer as AnsweredList;
  const { resourceVersion, continue: token } = list.metadata;
  if (resourceVersion === undefined) throw new MalformedListError("it has no resourceVersion");
  const items = readItems<T>(list, kind, (problem) => new MalformedListError(problem));
  const objects = transform ? items.map((item) => transformed(item, transform)) : items;
  return { objects, resourceVersion, token: token || undefined };
}

/** How many bytes at either end of a page are searched for its token. */
const MARGIN = 2_048;

/** Where the metadata of a list stands: first in lists of built-in kinds, last in those of others. */
const METADATA = [
  /^\s*\{"kind":"\w*","apiVersion":"[^"]*","metadata":\{[^{}]*?"continue":"([\w.=-]+)"/,
  /"metadata":\{[^{}]*?"continue":"([\w.=-]+)"[^{}]*\}\s*\}\s*$/,
];

/**
 * What probably asks for the next page, without reading this one; `undefined` when there is none, or it is not where the API
 * server writes it. To be compared with the page's own.
 */
export function guessToken(bytes: Uint8Array): string | undefined {
  const ends = [bytes.subarray(0, MARGIN), bytes.subarray(-MARGIN)].map((end) => new TextDecoder().decode(end));
  for (const [at, pattern] of METADATA.entries()) {
    const token = pattern.exec(ends[at]!)?.[1];
    if (token !== undefined) return token;
  }
  return undefined;
}
