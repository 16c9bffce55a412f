/**
 * Translates JavaScript patterns for the API server, which is written in Go and whose regular expressions have fewer
 * features.
 */

/** The most repetitions that Go allows. */
export const MOST_REPETITIONS = 1_000;

/**
 * Translates a pattern for Go.
 *
 * @returns The pattern; `undefined` if Go cannot express it, as with look-ahead, look-behind and back-references.
 */
export function toGoPattern(pattern: string): string | undefined {
  if (!isExpressible(pattern)) return undefined;
  return pattern
    .replaceAll(/(\\\\)|\\u\{?([0-9a-fA-F]+)\}?/g, (_, backslash, code) => backslash ?? `\\x{${code}}`)
    .replaceAll(/(\\\()|\(\?<(?![=!])/g, (_, escaped) => escaped ?? "(?P<");
}

function isExpressible(pattern: string): boolean {
  const escapes = pattern.match(/\\(?:[pP]\{[^}]*\}|.)/gs) ?? [];
  // Names of categories are the same in both languages. Other properties, such as scripts and emoji, are not.
  if (escapes.some((escape) => /^\\(?:[1-9kc]|[pP]\{(?![A-Z][a-z]?\})|[pP]$)/.test(escape))) return false;
  const bare = pattern.replaceAll(/\\./gs, "_");
  // Only JavaScript accepts an empty class.
  if (/\[\^?\]/.test(bare)) return false;
  const outside = bare.replaceAll(/\[[^\]]*\]/g, "_");
  if (/\(\?<?[=!]/.test(outside)) return false;
  const counts = [...outside.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].flatMap((
    [, least, most],
  ) => [Number(least), Number(most ?? 0)]);
  return counts.every((count) => count <= MOST_REPETITIONS);
}
