/** JSON patch (RFC 6902), with a leniency of the API server: replacing a missing field adds it. */

import { copyOf, type Fields, isFields, isSame, put } from "../values/mod.ts";

/** Thrown if a patch cannot be applied, or one of its tests fails. */
export class JsonPatchError extends Error {
  override readonly name = "JsonPatchError";
}

/**
 * Applies a patch.
 *
 * @param document The document; it is changed. Use the returned value.
 * @param operations The operations, in order.
 * @returns The patched document.
 * @throws {JsonPatchError} If an operation fails; the document is then partly patched.
 */
export function applyJsonPatch(document: unknown, operations: readonly Fields[]): unknown {
  return operations.reduce(applyOperation, document);
}

function applyOperation(document: unknown, operation: Fields): unknown {
  const path = pointerOf(operation.path);
  switch (operation.op) {
    case "add":
      return add(document, path, copyOf(operation.value));
    case "replace":
      return replace(document, path, copyOf(operation.value));
    case "remove":
      return remove(document, path);
    case "test":
      return test(document, path, operation.value);
    case "copy":
      return add(document, path, copyOf(find(document, pointerOf(operation.from))));
    case "move": {
      const from = pointerOf(operation.from);
      const value = find(document, from);
      return add(remove(document, from), path, value);
    }
    default:
      throw new JsonPatchError(
        `Cannot apply a JSON patch as its operation is unknown: current value is ${operation.op}`,
      );
  }
}

function pointerOf(pointer: unknown): string[] {
  if (typeof pointer !== "string" || (pointer !== "" && !pointer.startsWith("/"))) {
    throw new JsonPatchError(
      `Cannot apply a JSON patch as a path must begin with a slash: current value is ${pointer}`,
    );
  }
  return pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function find(document: unknown, path: readonly string[]): unknown {
  return path.reduce((value, part) => {
    if (Array.isArray(value)) return value[indexIn(value, part, value.length - 1)];
    if (isFields(value) && Object.hasOwn(value, part)) return value[part];
    throw missing(path);
  }, document);
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const [parent, last] = parentOf(document, path);
  if (Array.isArray(parent)) {
    parent.splice(last === "-" ? parent.length : indexIn(parent, last, parent.length), 0, value);
  } else put(parent, last, value);
  return document;
}

function replace(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const [parent, last] = parentOf(document, path);
  if (Array.isArray(parent)) parent[indexIn(parent, last, parent.length - 1)] = value;
  else put(parent, last, value);
  return document;
}

function remove(document: unknown, path: readonly string[]): unknown {
  const [parent, last] = parentOf(document, path);
  if (Array.isArray(parent)) {
    parent.splice(indexIn(parent, last, parent.length - 1), 1);
  } else {
    if (!Object.hasOwn(parent, last)) throw missing(path);
    delete parent[last];
  }
  return document;
}

/** A missing field counts as null, if its parent exists. */
function test(document: unknown, path: readonly string[], value: unknown): unknown {
  const parent = path.length === 0 ? undefined : find(document, path.slice(0, -1));
  const absent = isFields(parent) && !Object.hasOwn(parent, path.at(-1)!);
  if (isSame(absent ? null : find(document, path), value ?? null) && !isSpelledOtherwise(value)) return document;
  throw new JsonPatchError(`Cannot apply a JSON patch as its test of /${path.join("/")} fails`);
}

/**
 * Whether the API server would not recognize an equal value: it compares texts by their encoding, and encodes some
 * characters differently than `JSON.stringify`.
 */
function isSpelledOtherwise(value: unknown): boolean {
  const work = [value];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (typeof next === "string" && /[<>&\u2028\u2029]/.test(next)) return true;
    if (typeof next !== "object" || next === null) continue;
    for (const item of Object.values(next)) if (item !== null) work.push(item);
  }
  return false;
}

function parentOf(document: unknown, path: readonly string[]): [Fields | unknown[], string] {
  const parent = find(document, path.slice(0, -1));
  const last = path.at(-1);
  if (last !== undefined && (isFields(parent) || Array.isArray(parent))) return [parent, last];
  throw missing(path);
}

function indexIn(list: readonly unknown[], part: string, greatest: number): number {
  const index = /^(0|-?[1-9]\d*)$/.test(part) ? Number(part) : NaN;
  const counted = index < 0 ? index + list.length : index;
  if (counted >= 0 && counted <= greatest) return counted;
  throw new JsonPatchError(`Cannot apply a JSON patch as the list has no such index: current value is ${part}`);
}

function missing(path: readonly string[]): JsonPatchError {
  return new JsonPatchError(`Cannot apply a JSON patch as /${path.join("/")} does not exist`);
}
