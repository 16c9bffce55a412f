import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatSelector, matchesSelector, parseSelector, SelectorError } from "../../lib/model/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { OBJECTS, randomSelector, TABLE } from "./selector_cases.ts";

/** The names of the objects that are selected; `undefined` when the selector is refused. */
function selected(selector: string): string | undefined {
  try {
    const conditions = parseSelector(selector);
    return Object.keys(OBJECTS).filter((name) => matchesSelector(OBJECTS[name], conditions)).sort().join(" ");
  } catch (error) {
    assert(error instanceof SelectorError, String(error));
    return undefined;
  }
}

Deno.test("a selector means the same as to the API server, or is refused with the same words", () => {
  for (const [selector, names] of TABLE) assertEquals(selected(selector), names, JSON.stringify(selector));
});

Deno.test("an error names the part that is wrong, and says what the API server says", () => {
  const cases: [string, string, string][] = [
    ["app=web,tier>=4,x", "tier>=4", "unable to parse requirement: found '=', expected: identifier"],
    ["app in (web,api) x,y", "app in (web,api) x", "found 'x', expected: ',' or 'end of string'"],
    [
      "x, app in (web,(api))",
      "app in (web,(api))",
      "unable to parse requirement: found '(', expected: ',', or identifier",
    ],
    ["app=web,", "app=web,", "found '', expected: identifier after ','"],
    ["a b", "a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    [
      "tier>x",
      "tier>x",
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ];
  for (const [selector, part, reason] of cases) {
    const error = assertThrows(() => parseSelector(selector), SelectorError);
    assertEquals(error.reason, reason);
    assert(error.message.startsWith(`Cannot parse label selector as ${JSON.stringify(part)} is not a condition`));
  }
});

Deno.test("a record is checked like a text: each key, each value, and that it is one", () => {
  for (
    const wrong of [{ "a b": "c" }, { a: "b,c" }, { a: "b c" }, { "": "a" }, { a: 5 }, { a: undefined }, null, 7, ["a"]]
  ) {
    assertThrows(() => parseSelector(wrong as unknown as string), SelectorError, "Cannot parse label selector as");
    assertThrows(() => formatSelector(wrong as unknown as string), SelectorError);
  }
  assertEquals(parseSelector({ app: "", "example.dev/a": "b" }).length, 2);
});

Deno.test("the text of a selector selects what the selector does", () => {
  const random = seededRandom(11);
  for (let round = 0; round < 2_000; round++) {
    const selector = randomSelector(random);
    const names = selected(selector);
    if (names !== undefined) assertEquals(selected(formatSelector(selector)), names, JSON.stringify(selector));
  }
  for (const labels of Object.values(OBJECTS)) {
    assertEquals(parseSelector(formatSelector(labels)), parseSelector(labels));
  }
});

Deno.test("whatever the text, it is understood or refused, and of those that the grammar gives most are understood", () => {
  const random = seededRandom(7);
  let understood = 0;
  for (let round = 0; round < 5_000; round++) if (selected(randomSelector(random)) !== undefined) understood += 1;
  assert(understood > 2_000 && understood < 4_500, `${understood} of 5,000`);
});
