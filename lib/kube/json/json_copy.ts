/** Copies JSON values of any depth with changes. Pure. */

/** How to change a value while copying. */
export interface CopyOptions {
  /** Which fields of an object to copy; by default all. List items are always copied. */
  readonly keeps?: (field: unknown) => boolean;
  /** Replaces a value that is not an object; by default unchanged. */
  readonly convert?: (value: unknown) => unknown;
  /** Which objects and lists to reuse without copying; by default none. */
  readonly isWhole?: (value: object) => boolean;
}

/**
 * Copies a value. Not recursive, because the stack may hold fewer levels than the API server accepts. A value that
 * contains itself gives a copy that does so too; whoever serializes it gets the error.
 *
 * @param value A JSON value.
 * @param options How to change it.
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

/** Sets a field by any name, even `__proto__`. */
export function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") record[key] = value;
  // A plain assignment of this name would change the record's prototype.
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}
