/** A stable hash of texts and JSON values, the same in every process and version. It is not made for secrets. */

/**
 * Hashes a text to 64 bits, as 16 hexadecimal digits. This is own code because every operator would have to load
 * `node:crypto`, and Web Crypto is asynchronous, but a step decides synchronously.
 */
export function hashText(text: string): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = spread(a ^ code, 0xcc9e2d51);
    b = spread(b ^ code, 0x1b873593);
  }
  return hex(mix(a ^ Math.imul(b, 0x27d4eb2f))) + hex(mix(b ^ Math.imul(a, 0x165667b1)));
}

/** Hashes a JSON value. The order of keys does not matter. */
export function hashJson(value: unknown): string {
  return hashText(canonical(value, BY_CALLS));
}

/** One mixing step of a lane. It is reversible, so no information is lost. */
function spread(bits: number, factor: number): number {
  const product = Math.imul(bits, factor);
  return product ^ (product >>> 15);
}

/** Spreads every bit over all others (the finalizer of MurmurHash3). */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, "0");
}

/**
 * Levels that are written recursively. Deeper ones use a list, because the stack may hold fewer levels than an API
 * server accepts.
 */
const BY_CALLS = 200;

function canonical(value: unknown, levels: number): string {
  if (typeof value !== "object" || value === null) return scalar(value);
  if (levels === 0) return canonicalByList(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, levels - 1)).join(",")}]`;
  return `{${sortedFields(value).map(([key, field]) => `${quoted(key)}:${canonical(field, levels - 1)}`).join(",")}}`;
}

/** Returns the same text without recursion. */
function canonicalByList(value: object): string {
  const left: ({ readonly text: string } | { readonly value: unknown })[] = [{ value }];
  let written = "";
  for (let next = left.pop(); next; next = left.pop()) {
    if ("text" in next) written += next.text;
    else if (typeof next.value !== "object" || next.value === null) written += scalar(next.value);
    else {
      const isList = Array.isArray(next.value);
      const inner = isList
        ? Array.from(next.value as readonly unknown[], (item) => ["", item] as const)
        : sortedFields(next.value).map(([key, field]) => [`${quoted(key)}:`, field] as const);
      written += isList ? "[" : "{";
      left.push({ text: isList ? "]" : "}" });
      for (let at = inner.length - 1; at >= 0; at--) {
        const [before, item] = inner[at]!;
        left.push({ value: item }, { text: `${at > 0 ? "," : ""}${before}` });
      }
    }
  }
  return written;
}

function sortedFields(value: object): readonly (readonly [key: string, field: unknown])[] {
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.keys(fields).sort().map((key) => [key, fields[key]]);
}

function scalar(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

function quoted(key: string): string {
  return JSON.stringify(key);
}
