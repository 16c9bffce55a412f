/** The configuration that is applied for a draft: normalized, and marked with its own hash. */

import { storedForm } from "../kube/mod.ts";
import { describeObject, type Draft, type DraftMeta, type KubeObject, type ResourceKind } from "../model/mod.ts";
import { hashJson } from "./hash.ts";
import { formatMark, type Mark } from "./mark.ts";

/**
 * The annotation in which an applied object keeps the hash of what was applied. It separates fields that were applied
 * and are no longer wanted from fields that belong to others.
 */
export const APPLIED_ANNOTATION = "staircase.dev/applied";

/** A configuration as it is applied. */
export type Configuration = Draft<KubeObject> & {
  readonly metadata: DraftMeta & { annotations: Record<string, string> };
};

type SecretDraft = Draft<KubeObject> & { readonly data?: object | null; readonly stringData?: object | null };

/** A configuration and its hashes. */
export interface HashedDraft {
  /** The draft as it would be sent: `undefined` fields removed, dates as text. */
  readonly draft: Draft<KubeObject>;
  /** The public hash: it reveals nothing about a Secret's values. */
  readonly hash: string;
  /** The hash of everything, secret values included. It must not leave the process. */
  readonly wholeHash: string;
}

/** Brings a draft into the form in which the API server stores it, and hashes it. */
export function hashedDraft(kind: ResourceKind, draft: Draft<KubeObject>): HashedDraft {
  const plain = storedForm(draft, () => `build ${describeObject(kind, draft.metadata)}`) as Draft<KubeObject>;
  if (kind.group !== "" || kind.kind !== "Secret") {
    const hash = hashJson(plain);
    return { draft: plain, hash, wholeHash: hash };
  }
  const secret = asStored(plain);
  // More people may read annotations than secrets. A secret value that differs from the wanted one is found by
  // comparing.
  const hash = hashJson({ ...secret, data: Object.keys(secret.data ?? {}).sort() });
  return { draft: secret, hash, wholeHash: hashJson(secret) };
}

/** Puts the mark on the configuration. */
export function marked({ draft }: HashedDraft, mark: Mark): Configuration {
  const annotations = { ...draft.metadata.annotations, [APPLIED_ANNOTATION]: formatMark(mark) };
  return { ...draft, metadata: { ...draft.metadata, annotations } };
}

/**
 * Moves `stringData` to `data` in the shortest base64, as the API server stores it, so that no secret value differs and
 * gets noted.
 */
function asStored({ stringData, data, ...rest }: SecretDraft): SecretDraft {
  if (!stringData && !data) return { ...rest, ...(data !== undefined && { data }) };
  const given = Object.entries(data ?? {}).map(([key, value]) => [key, plainBase64(value)]);
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [key, encodeBase64(String(value ?? ""))]);
  return { ...rest, data: Object.fromEntries([...given, ...encoded]) };
}

/** Base64 as the API server writes it: without line breaks. An invalid value is left as it is, for the API server to refuse. */
function plainBase64(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const joined = value.replaceAll(/[\r\n]/g, "");
  if (joined.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(joined)) return value;
  try {
    return btoa(atob(joined));
  } catch {
    return value;
  }
}

function encodeBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
