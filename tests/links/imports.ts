/** Which names a file imports and exports, read from its text. */

/** The names that are imported from each package, by its specifier. */
export type ImportedNames = Map<string, Set<string>>;

const NAMED = /\b(?:import|export)\s+(?:type\s+)?\{([^{}]*)\}\s*from\s*"([^"]+)"/g;
const ANY_FROM = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)"([^"]+)"/g;
const DECLARED = /^export\s+(?:abstract\s+|async\s+)*(?:class|const|function|interface|type)\s+(\w+)/gm;

/**
 * Adds the names that a source text imports from packages. Examples in comments count: they are run too.
 *
 * @throws {Error} If a package is imported otherwise than by names, which would hide what is used of it.
 */
export function addImports(all: ImportedNames, source: string, isPackage: (specifier: string) => boolean): void {
  const text = source.replaceAll(/^\s*\*\s?/gm, "");
  const named = [...text.matchAll(NAMED)].map(([, names, specifier]) => ({ names: names!, specifier: specifier! }));
  const specifiers = [...text.matchAll(ANY_FROM)].map(([, specifier]) => specifier!).filter(isPackage);
  const byName = named.filter(({ specifier }) => isPackage(specifier));
  if (specifiers.length !== byName.length) throw new Error(`not imported by name: one of ${specifiers.join(", ")}`);
  for (const { names, specifier } of byName) {
    const known = all.get(specifier) ?? new Set();
    for (const name of namesOf(names)) known.add(name);
    all.set(specifier, known);
  }
}

/** The names that a module exports. */
export function exportsOf(source: string): string[] {
  const listed = [...source.matchAll(NAMED)].filter(([statement]) => statement.startsWith("export"));
  const declared = [...source.matchAll(DECLARED)].map(([, name]) => name!);
  return [...listed.flatMap(([, names]) => namesOf(names!)), ...declared];
}

/** `a, type B, c as d` is a, B and c: what matters is how the package calls it. */
function namesOf(list: string): string[] {
  return list.split(",")
    .map((item) => item.trim().replace(/^type\s+/, "").replace(/\s+as\s+\w+$/, ""))
    .filter((name) => name !== "");
}
