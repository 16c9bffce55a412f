/** Takes out of bundled code where on this machine its modules lie. */

/** A source map, as far as it is used here. */
export interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * The code, with npm packages by their names. esbuild writes the path of a module before its code in a comment, and as a
 * name where the module is loaded later.
 *
 * @param packages Deno's folder of npm packages, relative to the project.
 */
export function withoutPlaces(code: string, packages: string): string {
  const prefix = `${packages.replaceAll("\\", "/")}/`;
  // Only where a module is named, so that a text of the program stays as it is.
  return code.replaceAll(`\n  "${prefix}`, `\n  "npm/`).replaceAll(`\n// ${prefix}`, "\n// npm/");
}
