/** What stands where a number should: from headers, bodies, other libraries and slips of the pen. */

/** Each with its name in tests. None of them is a time that anybody can have meant. */
export const ODD_NUMBERS: readonly (readonly [name: string, value: unknown])[] = [
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-1", -1],
  ["1e308", 1e308],
  ["the largest number", Number.MAX_VALUE],
  ["milliseconds since 1970", Date.UTC(2026, 0, 1)],
  ["a Date", new Date(Date.UTC(2026, 0, 1))],
  ["an invalid Date", new Date(NaN)],
  ["a bigint", 10n],
  ["a word", "soon"],
  ["a number as text", "5"],
  ["a date as text", "Wed, 21 Oct 2026 07:28:00 GMT"],
  ["an empty text", ""],
  ["null", null],
  ["true", true],
  ["an object", {}],
  ["an object without a prototype", Object.create(null)],
  ["a list of one", [5]],
  ["a symbol", Symbol("5")],
  ["a function", () => 5],
];

/** Numbers that are odd, and can be believed all the same. */
export const EDGES: readonly number[] = [0, -0, Number.MIN_VALUE, 0.1, 2 ** 31 - 1, 2 ** 31, 2 ** 32];
