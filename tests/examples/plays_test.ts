import { assertEquals } from "@std/assert";
import { PLAYS } from "../../examples/plays.ts";
import { Stage } from "../../examples/stage.ts";

for (const { name, writes, play } of PLAYS) {
  Deno.test(`example ${name} makes ${writes} writes, none of which fails`, async () => {
    const lines: string[] = [];
    await using stage = Stage.embedded(name, (line) => lines.push(line));
    await play(stage);
    const made = stage.requests.writes();
    assertEquals(made.length, writes, lines.join("\n"));
    assertEquals(made.filter(({ code }) => code >= 300), []);
  });
}
