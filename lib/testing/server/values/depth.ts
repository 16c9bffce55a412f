/** Limits the depth of request bodies. */

/** The limit of Go's JSON decoder. */
const DEEPEST_JSON = 10_000;

/** Go's error for a text that is too deep; `undefined` if it is not. */
export function depthProblem(text: string): string | undefined {
  // A deeper text would have two brackets per level, so short texts need no check.
  if (text.length <= 2 * DEEPEST_JSON) return undefined;
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    if (depth > DEEPEST_JSON) return `invalid character '${token}' exceeded max depth`;
  }
  return undefined;
}
