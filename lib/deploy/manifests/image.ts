/** References of images. */

/** The parts of a reference. */
export interface ImageReference {
  /** Registry and path: `registry.example/team/shop-operator`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:` and 64 digits. */
  readonly digest: string | undefined;
}

/** An optional host with an optional port; words of a path; an optional tag; an optional digest. */
const REFERENCE =
  /^((?:(?:[a-zA-Z0-9](?:[-a-zA-Z0-9.]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*)(?::([A-Za-z0-9_][-A-Za-z0-9_.]{0,127}))?(?:@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$/;

/** The parts of a reference; `undefined` if it is none. */
export function parseImage(text: string): ImageReference | undefined {
  const match = REFERENCE.exec(text);
  if (!match) return undefined;
  const [, repository = "", tag, digest] = match;
  return { repository, tag, digest };
}
