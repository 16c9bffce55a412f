import { assertEquals } from "@std/assert";
import { mergePatchBetween } from "../../lib/kube/json/merge_patch.ts";
import { replacedValues } from "../../lib/kube/write/replaced_values.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { copyOf, type Fields } from "../../lib/testing/server/values/json.ts";
import { applyJsonPatch, JsonPatchError } from "../../lib/testing/server/patch/json_patch.ts";

/** Whether an object is what the tests want. */
function passes(object: Fields, tests: ReturnType<typeof replacedValues>): boolean {
  try {
    applyJsonPatch(copyOf(object), tests as unknown as Fields[]);
    return true;
  } catch (error) {
    if (error instanceof JsonPatchError) return false;
    throw error;
  }
}

function someStatus(next: () => number): Fields {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
  const leaf = () => pick([0, 1, -3, 1.5, "a", "b", "", "<&>", "ü", true, false, "x".repeat(300)]);
  const fields = (depth: number): Fields => {
    const made: Fields = {};
    for (const name of ["a", "b/c", "d~e", "", "constructor", "conditions"]) {
      const kind = next();
      if (kind < 0.3) continue;
      made[name] = depth > 0 && kind < 0.5
        ? fields(depth - 1)
        : kind < 0.65
        ? [{ type: "Ready", status: leaf(), n: leaf() }, leaf()].slice(0, Math.floor(next() * 3))
        : leaf();
    }
    return made;
  };
  return fields(2);
}

Deno.test("a status based on what was read passes; an older one is refused once a newer one was set, if a plain value differs", () => {
  const random = seededRandom(5);
  const next = () => random.next();
  let refused = 0;
  const rounds = 5_000;
  for (let round = 0; round < rounds; round++) {
    const [before, late, newer] = [someStatus(next), someStatus(next), someStatus(next)];
    const patch = mergePatchBetween(before, late);
    if (!patch) continue;
    const tests = replacedValues(before, patch);
    assertEquals(passes(before, tests), true, `round ${round}`);
    if (!passes(newer, tests)) refused++;
  }
  assertEquals(refused > rounds * 0.9, true, `${refused}`);
});

Deno.test("writers of other fields do not hinder each other", () => {
  const before = { status: { ours: 1, list: [{ type: "A", status: "True" }], theirs: { n: 1 } } };
  const tests = replacedValues(before, { status: { ours: 2, list: [{ type: "A", status: "False" }], more: "x" } });
  assertEquals(tests, [
    { op: "test", path: "/status/ours", value: 1 },
    { op: "test", path: "/status/list/0/type", value: "A" },
    { op: "test", path: "/status/list/0/status", value: "True" },
    { op: "remove", path: "/status/list/0" },
    { op: "test", path: "/status/list", value: [] },
    { op: "test", path: "/status/more", value: null },
  ]);
  assertEquals(passes({ status: { ...before.status, theirs: { n: 2 }, new: 1 } }, tests), true);
});

Deno.test("values that an API server may write in another form are not tested, and no more than two hundred fields", () => {
  const odd = {
    a: 1.5,
    b: "<",
    c: "&",
    d: "ü",
    e: "\n",
    f: '"',
    g: "\\",
    h: 2 ** 60,
    i: -0,
    j: "x".repeat(201),
    k: {},
  };
  const wanted = Object.fromEntries(Object.keys(odd).map((name) => [name, "new"]));
  assertEquals(replacedValues(odd, wanted), []);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index]));
  assertEquals(replacedValues(many, Object.fromEntries(Object.keys(many).map((name) => [name, "new"]))).length, 200);
});

Deno.test("a list to which others added, or from which they removed or changed items, fails the test", () => {
  const ready = { type: "Ready", status: "True" };
  const theirs = { type: "Theirs", status: "False" };
  const tests = replacedValues({ list: [ready, theirs] }, { list: [{ ...ready, status: "False" }, theirs] });
  const met: Record<string, boolean> = {};
  const lists = {
    "as it was": [ready, theirs],
    "an item more": [ready, theirs, { type: "More", status: "True" }],
    "an item before": [{ type: "More", status: "True" }, ready, theirs],
    "an item less": [ready],
    "an item changed": [ready, { ...theirs, status: "True" }],
    "none": [],
  };
  for (const [name, list] of Object.entries(lists)) met[name] = passes({ list }, tests);
  assertEquals(Object.keys(met).filter((name) => met[name]), ["as it was"]);
  assertEquals(passes({ list: [] }, replacedValues({ list: [] }, { list: [1] })), true);
  assertEquals(passes({ list: [1] }, replacedValues({ list: [] }, { list: [2] })), false);
});
