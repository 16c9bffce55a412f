/** Copies of JSON values with something else in them, however deep they are. Pure. */

/** What becomes of what is in a value. */
export interface CopyOptions {
  /** Which fields of an object are copied; by default all. Items of lists always are. */
  readonly keeps?: (field: unknown) => boolean;
  /** What takes the place of a value that is no object; by default itself. */
  readonly convert?: (value: unknown) => unknown;
  /** Which objects and lists are taken over as they are; by default none. */
  readonly isWhole?: (value: object) => boolean;
}

/**
 * A copy. By a list and no calls, as the stack may hold less than the API server does. What holds itself is copied so that the
 * copy does, for whoever writes it down to complain.
 *
 * @param value A JSON value.
 * @param options What becomes of what is in it.
 */
export function copyJson(value: unknown, options: CopyOptions): unknown {
  const { keeps = () => true, convert = (inner: unknown) => inner, isWhole = () => false } = options;
  const copies = new Map<object, object>();
  const copyOf = (inner: unknown): unknown => {
    if (typeof inner !== "object" || inner === null) return convert(inner);
    if (isWhole(inner)) return inner;
    let copy = copies.get(inner);
    if (!copy) copies.set(inner, copy = Array.isArray(inner) ? new Array(inner.length) : {});
    return copy;
  };
  const whole = copyOf(value);
  for (const [from, to] of copies) {
    const isList = Array.isArray(from);
    for (const key of Object.keys(from)) {
      const field = (from as Readonly<Record<string, unknown>>)[key];
      if (isList || keeps(field)) setOwn(to as Record<string, unknown>, key, copyOf(field));
    }
  }
  return whole;
}

/** Sets a field by its name, which may be any. */
export function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") record[key] = value;
  // To set this one would change what the record is.
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}
