/** Base 64 of texts, in the form that URLs can hold, and in the form of Secrets. */

/** A text in base 64, with the alphabet for URLs and no padding. */
export function encodeBase64Url(text: string): string {
  return encodeBase64(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The text of a base 64 with the alphabet for URLs. @throws If it is not one. */
export function decodeBase64Url(encoded: string): string {
  const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

/** A text in base 64, as the values of Secrets are. */
export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Where a text stops being base 64, or `undefined` when it is one. */
export function base64Problem(text: string): number | undefined {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  const bad = text.search(/[^A-Za-z0-9+/]/);
  return bad < 0 ? text.length : bad;
}
