/** How deep the bodies of requests may be nested. */

/** As Go reads JSON. */
const DEEPEST_JSON = 10_000;

/** What is wrong with the depth of a text, in Go's words; `undefined` when nothing is. */
export function depthProblem(text: string): string | undefined {
  // A text that is nested deeper has two brackets a level; most texts need not be looked at.
  if (text.length <= 2 * DEEPEST_JSON) return undefined;
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    if (depth > DEEPEST_JSON) return `invalid character '${token}' exceeded max depth`;
  }
  return undefined;
}
