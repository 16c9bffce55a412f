/** Names of the files of a bundled program that depend on what is in them alone. */

/** A file of a bundled program. */
export interface Part {
  readonly name: string;
  readonly code: string;
}

/** A program of files. */
export interface NamedParts<P extends Part> {
  readonly entry: string;
  readonly files: readonly P[];
}

/** How one file imports another: esbuild writes such texts and no others. */
const IMPORTED = /(?<=(?:\bfrom|\bimport|\bimport\()\s*")\.\/([^"/]+\.js)(?=")/g;

/**
 * Renames the files by their order: the first is `main.js`, and those that it leads to are `part-1.js` and so on. Their names
 * before carry a hash over paths of the machine that they were made on.
 *
 * @param entry The name of the first.
 */
export function renameParts<P extends Part>(parts: readonly P[], entry: string): NamedParts<P> {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const order = [entry];
  for (const name of order) {
    for (const [, imported = ""] of byName.get(name)!.code.matchAll(IMPORTED)) {
      if (byName.has(imported) && !order.includes(imported)) order.push(imported);
    }
  }
  const names = new Map(order.map((name, index) => [name, index === 0 ? "main.js" : `part-${index}.js`]));
  const files = order.map((name) => {
    const part = byName.get(name)!;
    const code = part.code.replaceAll(IMPORTED, (text, imported) => {
      const renamed = names.get(imported);
      return renamed ? `./${renamed}` : text;
    });
    return { ...part, name: names.get(name)!, code };
  });
  return { entry: "main.js", files };
}
