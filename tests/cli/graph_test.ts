/** Pictures of plans. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./fixture.ts";

const shown = async (format: string) => (await call(["graph", "--format", format])).out;

Deno.test("a plan is shown as text: what each step does, the branches of a join, the cleanup, and what a function chooses", async () => {
  const { out } = await call(["graph"]);
  assertEquals(
    out,
    `greeting: Greeting (greetings.example.dev)
  plan:
    1. join     look <around> & "see": left, right hand
    2. observe  名前を確かめる
    3. change   say it
  cleanup, when it is being deleted:
    1. observe  look back

keeper: Secret (secrets)
  plan:
    a function chooses the plan for each object, so its steps are not known here
  cleanup, when it is being deleted:
    1. change   let go
`,
  );
});

/** Whether the tags of a text nest, by a stack. */
function nests(xml: string): boolean {
  const open: string[] = [];
  for (const [, slash, name, closed] of xml.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (closed) continue;
    if (!slash) open.push(name!);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

Deno.test("the picture has every step by its name, escaped, in a class for what it does, and is light and dark", async () => {
  const svg = await shown("svg");
  assert(nests(svg));
  assertStringIncludes(svg, "look &lt;around&gt; &amp; &quot;see&quot;");
  assertStringIncludes(svg, "left · right hand");
  for (const name of ["名前を確かめる", "say it", "look back", "let go", "its steps are not known here"]) {
    assertStringIncludes(svg, name);
  }
  const slabs = [...svg.matchAll(/<rect class="slab (\w+)" width="\d+" height="46"/g)].map(([, type]) => type);
  assertEquals(slabs, ["join", "observe", "change", "observe", "change"]);
  assertStringIncludes(svg, "@media(prefers-color-scheme:dark)");
});

Deno.test("the stairs of a plan go up to the right, those of a cleanup down to the right", async () => {
  const { staircaseOf } = await import("../../lib/cli/graph/staircase.ts");
  const steps = ["a", "the second of them", "c"].map((name) => ({ name, type: "observe" as const, branches: [] }));
  const up = staircaseOf(steps, "up").stairs;
  const down = staircaseOf(steps, "down").stairs;
  assertEquals(up.map(({ x, y }) => [x, y]), [[0, 92], [34, 46], [68, 0]]);
  assertEquals(new Set(up.map(({ x, width }) => Math.round(x + width))).size, 1);
  assertEquals(down.map(({ x, y }) => [x, y]), [[0, 0], [0, 46], [0, 92]]);
  assertEquals(down.map(({ width }) => Math.round(width - down[0]!.width)), [0, 34, 68]);
});

Deno.test("the flowchart has every step, and nothing in a name is syntax", async () => {
  const text = await shown("mermaid");
  assertStringIncludes(text, 'c0s0{{"1 · look #60;around#62; #38; #34;see#34;: left, right hand"}}:::join');
  assertStringIncludes(text, 'c0s1("2 · 名前を確かめる"):::observe');
  assertStringIncludes(text, "c0s0 --> c0s1 --> c0s2 --> c0e");
});

Deno.test("no control character of a name reaches the terminal or the picture", async () => {
  const { operator } = await import("./fixture.ts");
  const { defineController, defineSteps } = await import("../../mod.ts");
  const { Greeting } = await import("./fixture.ts");
  const steps = defineSteps(Greeting).observe("bell\u0007 \u001b[31mred\nnew\ud800", () => 1);
  const evil = { ...operator, controllers: [defineController({ resource: Greeting, steps })] };
  for (const format of ["text", "mermaid", "svg"]) {
    const { out } = await call(["graph", "--format", format], { operator: evil });
    // deno-lint-ignore no-control-regex -- these are what it is about
    assertEquals(/[\u0000-\u0009\u000b-\u001f]/.test(out), false, format);
    assertEquals(out.isWellFormed() || format === "text", true);
  }
});
