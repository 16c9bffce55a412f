/** The configuration that is applied for a draft: normal, and marked with a hash of itself. */

import { storedForm } from "../kube/mod.ts";
import { describeObject, type Draft, type DraftMeta, type KubeObject, type ResourceKind } from "../model/mod.ts";
import { hashJson } from "./hash.ts";
import { formatMark, type Mark } from "./mark.ts";

/**
 * The annotation in which an applied object keeps a hash of what was applied. It tells a field that was applied and is not
 * wanted any more from one that is others' business.
 */
export const APPLIED_ANNOTATION = "staircase.dev/applied";

/** A configuration as it is applied. */
export type Configuration = Draft<KubeObject> & {
  readonly metadata: DraftMeta & { annotations: Record<string, string> };
};

type SecretDraft = Draft<KubeObject> & { readonly data?: object | null; readonly stringData?: object | null };

/** A configuration and the hash of it. */
export interface HashedDraft {
  /** As it would be sent: without what is undefined, dates as text. */
  readonly draft: Draft<KubeObject>;
  /** The hash, for everybody to see: of a Secret's values it tells nothing. */
  readonly hash: string;
  /** The hash of all of it, which must not leave the process. */
  readonly wholeHash: string;
}

/** The draft, as the API server will store it, with its hash. */
export function hashedDraft(kind: ResourceKind, draft: Draft<KubeObject>): HashedDraft {
  const plain = storedForm(draft, () => `build ${describeObject(kind, draft.metadata)}`) as Draft<KubeObject>;
  if (kind.group !== "" || kind.kind !== "Secret") {
    const hash = hashJson(plain);
    return { draft: plain, hash, wholeHash: hash };
  }
  const secret = asStored(plain);
  // Annotations are shown where secrets are not; and a value that is wanted to be another is found by comparing.
  const hash = hashJson({ ...secret, data: Object.keys(secret.data ?? {}).sort() });
  return { draft: secret, hash, wholeHash: hashJson(secret) };
}

/** The configuration with its mark. */
export function marked({ draft }: HashedDraft, mark: Mark): Configuration {
  const annotations = { ...draft.metadata.annotations, [APPLIED_ANNOTATION]: formatMark(mark) };
  return { ...draft, metadata: { ...draft.metadata, annotations } };
}

/** `stringData` is only ever written, and `data` is stored in the shortest base64: values that are secret are not noted. */
function asStored({ stringData, data, ...rest }: SecretDraft): SecretDraft {
  if (!stringData && !data) return { ...rest, ...(data !== undefined && { data }) };
  const given = Object.entries(data ?? {}).map(([key, value]) => [key, plainBase64(value)]);
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [key, encodeBase64(String(value ?? ""))]);
  return { ...rest, data: Object.fromEntries([...given, ...encoded]) };
}

/** Base64 as the API server writes it: without line ends. What is none is left as it is, for the API server to refuse. */
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
