/** Values that are nested as deeply as an API server takes them, and deeper. */

import type { Random } from "../../lib/time/mod.ts";

/** A value inside of so many others. */
export function nested(depth: number, kind: "object" | "list" = "object", inner: unknown = {}): unknown {
  let value = inner;
  for (let at = 0; at < depth; at++) value = kind === "list" ? [value] : { a: value };
  return value;
}

/** Any small JSON value. */
export function seededValue(random: Random, levels = 3): unknown {
  const kind = Math.floor(random.next() * (levels > 0 ? 7 : 5));
  const some = () => Array.from({ length: Math.floor(random.next() * 4) }, () => seededValue(random, levels - 1));
  switch (kind) {
    case 0:
      return null;
    case 1:
      return Math.floor(random.next() * 3);
    case 2:
      return random.next() < 0.5;
    case 3:
      return ["", "x", "y"][Math.floor(random.next() * 3)];
    case 4:
      return {};
    case 5:
      return some();
    default: {
      const names = ["a", "b", "constructor", "toString", "__proto__"];
      const fields = some().map((value) => [names[Math.floor(random.next() * names.length)], value]);
      // Parsed, so that "__proto__" is a field as any other.
      return JSON.parse(`{${fields.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(",")}}`);
    }
  }
}
