/** Patterns mean what they mean in Go. The verdicts were asked of Go's own `regexp`. */

import { assertEquals } from "@std/assert";
import { goPatternProblem, goRegExp } from "../../lib/testing/server/values/go_regexp.ts";

const TEXTS = [
  "",
  "a",
  "A",
  "b",
  "ab",
  "aB",
  "ba",
  "aa",
  "a0",
  "_",
  "a-b",
  "\n",
  "a\nb",
  "a.b",
  "é",
  "Ω",
  "😀",
  "K",
  "a{,5}",
];

/** The pattern, and which of the texts it matches. */
const VERDICTS: readonly [pattern: string, matched: readonly string[]][] = [
  ["^a$", ["a"]],
  ["\\Aa\\z", ["a"]],
  ["(?m)^b$", ["b", "a\nb"]],
  ["^a.b$", ["a-b", "a.b"]],
  ["(?s)^a.b$", ["a-b", "a\nb", "a.b"]],
  ["(?i)^AB$", ["ab", "aB"]],
  ["^a(?i)b$", ["ab", "aB"]],
  ["^(?i:A)b$", ["ab"]],
  ["^(?i)(?-i:a)B$", ["ab", "aB"]],
  ["(?i)^k$", ["K"]],
  ["^(?P<x>a)(?<y>b)$", ["ab"]],
  ["^a{,5}$", ["a{,5}"]],
  ["^a{2}$", ["aa"]],
  ["^\\Qa.b\\E$", ["a.b"]],
  ["^a\\-b$", ["a-b"]],
  ["^\\_$", ["_"]],
  ["^[[:alpha:]]+$", ["a", "A", "b", "ab", "aB", "ba", "aa", "K"]],
  ["^[[:^alpha:]]+$", ["_", "\n", "é", "Ω", "😀"]],
  ["^\\pL$", ["a", "A", "b", "é", "Ω", "K"]],
  ["^\\p{Greek}$", ["Ω"]],
  ["^\\P{L}$", ["_", "\n", "😀"]],
  ["^\\x61\\x{62}$", ["ab"]],
  ["^\\141$", ["a"]],
  ["^[\\D]$", ["a", "A", "b", "_", "\n", "é", "Ω", "😀", "K"]],
  ["^[a-c]$", ["a", "b"]],
  ["^[]a]$", ["a"]],
  ["^[a-]b?$", ["a", "ab"]],
  ["^.$", ["a", "A", "b", "_", "é", "Ω", "😀", "K"]],
  ["(?U)^a+$", ["a", "aa"]],
  ["^(a|b)*$", ["", "a", "b", "ab", "ba", "aa"]],
  ["^$", [""]],
  ["\\bb", ["b", "ba", "a-b", "a\nb", "a.b"]],
];

Deno.test("patterns match what they match in Go", () => {
  for (const [pattern, matched] of VERDICTS) {
    assertEquals(TEXTS.filter((text) => goRegExp(pattern).test(text)), matched, pattern);
  }
});

Deno.test("a pattern that Go does not accept is refused with Go's message", () => {
  const refused: Record<string, string> = {
    "(?=a)": "invalid or unsupported Perl syntax: `(?=`",
    "(?!a)": "invalid or unsupported Perl syntax: `(?!`",
    "(a)\\1": "invalid escape sequence: `\\1`",
    "\\u0041": "invalid escape sequence: `\\u`",
    "a**": "invalid nested repetition operator: `**`",
    "*a": "missing argument to repetition operator: `*`",
    "a{1001}": "invalid repeat count: `{1001}`",
    "(a": "missing closing ): `(a`",
    "a)": "unexpected ): `a)`",
    "[a": "missing closing ]: `[a`",
    "[b-a]": "invalid character class range: `b-a`",
    "[[:foo:]]": "invalid character class range: `[:foo:]`",
    "\\pX": "invalid character class range: `\\pX`",
    "a\\": "trailing backslash at end of expression: ``",
  };
  for (const [pattern, why] of Object.entries(refused)) {
    assertEquals(goPatternProblem(pattern), `error parsing regexp: ${why}`, pattern);
  }
});
