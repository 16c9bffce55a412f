import { assertEquals } from "@std/assert";
import { toGoPattern } from "../../../lib/kube/definition/schema/patterns.ts";

Deno.test("patterns that both understand are left alone", () => {
  for (
    const pattern of [
      "^[a-z]([-a-z0-9]*[a-z0-9])?$",
      "^\\/[\\w\\-./]+$",
      "\\p{Lu}+",
      "a{1,1000}",
      "[(?=]",
      "\\(\\?=",
    ]
  ) {
    assertEquals(toGoPattern(pattern), pattern);
  }
});

Deno.test("code points and named groups are translated for Go", () => {
  assertEquals(toGoPattern("[\\u00e0-\\u00ff]"), "[\\x{00e0}-\\x{00ff}]");
  assertEquals(toGoPattern("\\u{1F600}"), "\\x{1F600}");
  assertEquals(toGoPattern("(?<year>\\d{4})"), "(?P<year>\\d{4})");
});

Deno.test("an escaped backslash or bracket is not taken for something else", () => {
  assertEquals(toGoPattern("\\\\u00e0"), "\\\\u00e0");
  assertEquals(toGoPattern("\\(?<x"), "\\(?<x");
});

Deno.test("a pattern that Go cannot express is reported", () => {
  const impossible = [
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<!a)",
    "(a)\\1",
    "(?<x>a)\\k<x>",
    "\\cA",
    "\\p{Emoji}",
    "\\pL",
    "[^]",
    "a{1001}",
    "a{2,2000}",
  ];
  for (const pattern of impossible) assertEquals(toGoPattern(pattern), undefined, pattern);
});
