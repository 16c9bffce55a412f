/** JSON merge patch (RFC 7386). */

import { copyOf, type Fields, isFields } from "./json.ts";

/**
 * Applies a merge patch: fields are laid over, `null` removes one, anything but an object replaces.
 *
 * @param target What is patched; it is not changed.
 * @param patch The patch.
 * @returns The patched value, which shares nothing with either.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return copyOf(patch);
  const result: Fields = isFields(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = applyMergePatch(result[name], value);
  }
  for (const name of Object.keys(result)) {
    if (!Object.hasOwn(patch, name)) result[name] = copyOf(result[name]);
  }
  return result;
}
