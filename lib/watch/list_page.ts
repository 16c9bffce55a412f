/** One page of a list, out of the bytes of the answer. */

import { apiVersionOf, type KubeObject, type ResourceKind } from "../model/mod.ts";
import { parseAnswer } from "../kube/mod.ts";
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
 * @throws {MalformedListError} If it is not a list.
 * @throws {TransformError} If `transform` throws.
 */
export function readListPage<T extends KubeObject>(
  bytes: Uint8Array,
  kind: ResourceKind<T>,
  transform?: (object: T) => T,
): ListPage<T> {
  const { metadata, items } = parseAnswer(bytes) as RawList<T>;
  // A Go program writes an empty list that it never touched as null.
  if (items !== null && !Array.isArray(items)) throw new MalformedListError("it has no items");
  if (typeof metadata?.resourceVersion !== "string") throw new MalformedListError("it has no resourceVersion");
  const apiVersion = apiVersionOf(kind);
  const objects = (items ?? []).map((item) => transformed(named(item, apiVersion, kind.kind), transform));
  return { objects, resourceVersion: metadata.resourceVersion, token: metadata.continue || undefined };
}

interface RawList<T> {
  readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: string };
  readonly items?: T[] | null;
}

/** The API server leaves the kind out of the items of a list. */
function named<T extends KubeObject>(item: T, apiVersion: string, kind: string): T {
  if (typeof item?.metadata?.name !== "string") throw new MalformedListError("an item has no name");
  item.apiVersion ??= apiVersion;
  item.kind ??= kind;
  return item;
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
