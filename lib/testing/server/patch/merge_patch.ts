/** JSON merge patch (RFC 7386). */

import { copyOf, type Fields, isFields, own, put } from "../values/mod.ts";

/**
 * Applies a merge patch: objects are merged, `null` removes a field, and any other value replaces.
 *
 * @param target The value to patch; it is not changed.
 * @param patch The patch.
 * @returns The patched value, which shares nothing with the inputs.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return copyOf(patch);
  const result: Fields = isFields(target) ? { ...target } : {};
  // Not recursive, because a patch may be as deep as the API server accepts.
  const work: [result: Fields, patch: Fields][] = [[result, patch]];
  for (let next = work.pop(); next; next = work.pop()) patchFields(...next, work);
  return result;
}

/** The API server also drops nulls from objects in lists, where there was no object before. Changes the value. */
function withoutNulls(value: unknown): unknown {
  const work = [value];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (Array.isArray(next)) work.push(...next.filter((item) => typeof item === "object" && item !== null));
    if (!isFields(next)) continue;
    for (const [name, field] of Object.entries(next)) {
      if (field === null) delete next[name];
      else if (typeof field === "object") work.push(field);
    }
  }
  return value;
}

/** Patches the fields of one object, and queues the objects inside. */
function patchFields(result: Fields, patch: Fields, work: [Fields, Fields][]): void {
  for (const name of Object.keys(result)) {
    if (!Object.hasOwn(patch, name)) put(result, name, copyOf(result[name]));
  }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else if (!isFields(value)) {
      put(result, name, isFields(own(result, name)) ? copyOf(value) : withoutNulls(copyOf(value)));
    } else {
      const before = own(result, name);
      const inner: Fields = isFields(before) ? { ...before } : {};
      put(result, name, inner);
      work.push([inner, value]);
    }
  }
}
