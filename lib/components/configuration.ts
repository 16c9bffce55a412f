/** The configuration that is applied for a draft: normal, and marked with a hash of itself. */

import { storedForm } from "../kube/mod.ts";
import { describeObject, type Draft, type DraftMeta, type KubeObject, type ResourceKind } from "../model/mod.ts";
import { hashJson } from "./hash.ts";

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
  /** The hash. */
  readonly hash: string;
}

/** The draft, as the API server will store it, with its hash. */
export function hashedDraft(kind: ResourceKind, draft: Draft<KubeObject>): HashedDraft {
  const plain = storedForm(draft, () => `build ${describeObject(kind, draft.metadata)}`) as Draft<KubeObject>;
  if (kind.group !== "" || kind.kind !== "Secret") return { draft: plain, hash: hashJson(plain) };
  const secret = withoutStringData(plain);
  // Annotations are shown where secrets are not; and a value that is wanted to be another is found by comparing.
  return { draft: secret, hash: hashJson({ ...secret, data: Object.keys(secret.data ?? {}).sort() }) };
}

/** The configuration with its mark. */
export function marked({ draft }: HashedDraft, mark: string): Configuration {
  const annotations = { ...draft.metadata.annotations, [APPLIED_ANNOTATION]: mark };
  return { ...draft, metadata: { ...draft.metadata, annotations } };
}

/** `stringData` is only ever written; what is stored is `data`. */
function withoutStringData(secret: SecretDraft): SecretDraft {
  const { stringData, data, ...rest } = secret;
  if (!stringData) return secret;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, encodeBase64(String(value))]);
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}

function encodeBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
