/** JSON pointers (RFC 6901). */

/** The pointer to a field or list index inside the value of another pointer. */
export function pointerTo(parent: string, name: string): string {
  return `${parent}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
