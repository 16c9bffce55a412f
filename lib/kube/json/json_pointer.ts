/** JSON pointers (RFC 6901). */

/** The pointer to a field, or to an item by its index, of what another pointer points to. */
export function pointerTo(parent: string, name: string): string {
  return `${parent}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
