/** A stable hash of texts and of JSON values: the same in every process and every version. Nothing that is secret may go in. */

/**
 * 64 bits of a text, as 16 hexadecimal digits. Own code: `node:crypto` would be loaded by every operator, and Web Crypto
 * is asynchronous, where a step's decision is not.
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

/** The hash of a JSON value. The order of keys makes no difference. */
export function hashJson(value: unknown): string {
  return hashText(canonical(value));
}

/** One step of a lane; it can be undone, so nothing is lost on the way. */
function spread(bits: number, factor: number): number {
  const product = Math.imul(bits, factor);
  return product ^ (product >>> 15);
}

/** Spreads every bit over all others: the finalizer of MurmurHash3. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, "0");
}

/** How deep a value is written by calls within calls: objects may be thousands deep, and the stack is not. */
const DEEP = 200;

/** One text for each JSON value. */
function canonical(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (depth > DEEP) return canonicalDeep(value);
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${canonical(item, depth + 1)}`;
    return `[${text}]`;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields).sort()) {
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonical(fields[key], depth + 1)}`;
  }
  return `{${text}}`;
}

/** What is left to write: a text as it is, or a value. */
type Left = { readonly text: string } | { readonly value: unknown };

/** The same text, by a list of what is left to write. */
function canonicalDeep(whole: unknown): string {
  const written: string[] = [];
  const left: Left[] = [{ value: whole }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if ("text" in next) written.push(next.text);
    else if (typeof next.value !== "object" || next.value === null) written.push(JSON.stringify(next.value) ?? "null");
    else for (const part of partsOf(next.value).reverse()) left.push(part);
  }
  return written.join("");
}

/** What is in a list or a record, and the text around and between. */
function partsOf(value: object): Left[] {
  const parts: Left[] = [];
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) parts.push({ text: at === 0 ? "[" : "," }, { value: item });
    return [...parts, { text: parts.length === 0 ? "[]" : "]" }];
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [at, key] of Object.keys(fields).sort().entries()) {
    parts.push({ text: `${at === 0 ? "{" : ","}${JSON.stringify(key)}:` }, { value: fields[key] });
  }
  return [...parts, { text: parts.length === 0 ? "{}" : "}" }];
}
