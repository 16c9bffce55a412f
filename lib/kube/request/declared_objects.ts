/** Which objects a declaration of reads or of writes is about: what both have in common. */

/** The names that a declaration is about. */
interface Named {
  readonly names?: readonly string[];
}

/** The namespaces that a declaration is about. */
export interface Placed {
  /** The namespaces; `undefined` for all, and for kinds that are in none. */
  readonly within?: readonly string[] | undefined;
}

/** Whether a declaration is about a name; `undefined` is none of those that it lists. */
export function coversName({ names }: Named, name: string | undefined): boolean {
  return names === undefined || name !== undefined && names.includes(name);
}

/** Whether a declaration is about a namespace; `undefined` is all of them, and none of those that it lists. */
export function coversPlace({ within }: Placed, namespace: string | undefined): boolean {
  return within === undefined || namespace !== undefined && within.includes(namespace);
}

/** Texts as a declaration has them: `["a", "b"]`. */
export function quotedList(values: readonly string[]): string {
  return `[${values.map((value) => `"${value}"`).join(", ")}]`;
}
