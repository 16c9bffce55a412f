/** Files as values. */

import type { Manifest } from "../manifests/mod.ts";

/** The texts of files by their paths, which are relative and separated by slashes. */
export type Files = Readonly<Record<string, string>>;

/** A file's name for each object: its kind, and where there are several of the kind its namespace or name. */
export function fileNames(objects: readonly Manifest[]): readonly string[] {
  const kinds = objects.map(({ kind }) => kind);
  return objects.map(({ kind, metadata: { namespace, name } }) => {
    const word = kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
    if (kinds.indexOf(kind) === kinds.lastIndexOf(kind)) return `${word}.yaml`;
    return namespace === undefined ? `${word}.${name}.yaml` : `${word}.${namespace}.${name}.yaml`;
  });
}
