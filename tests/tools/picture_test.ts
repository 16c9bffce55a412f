import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { BEGIN, drawPicture, END, type House, listRooms, purposeOf, withPicture } from "../../tools/layers/picture.ts";

const files: Record<string, string[]> = {
  "mod.ts": ["lib/watch/mod.ts"],
  "lib/model/mod.ts": [],
  "lib/kube/mod.ts": ["lib/model/mod.ts"],
  "lib/watch/mod.ts": ["lib/watch/bytes/mod.ts", "lib/watch/cache/mod.ts", "lib/watch/informer/mod.ts"],
  "lib/watch/errors.ts": [],
  "lib/watch/bytes/mod.ts": ["lib/watch/bytes/lines.ts"],
  "lib/watch/bytes/lines.ts": ["lib/kube/mod.ts", "lib/model/mod.ts", "lib/watch/errors.ts"],
  "lib/watch/cache/mod.ts": ["lib/watch/bytes/mod.ts"],
  "lib/watch/informer/mod.ts": ["lib/watch/cache/mod.ts", "lib/watch/bytes/mod.ts"],
};

function houseOf(files: Record<string, string[]>): House {
  const doors = new Map([
    [
      "lib/watch/bytes/mod.ts",
      "/**\n * Bytes: {@link Lines}\n * of them.\n *\n * More.\n *\n * @module\n */\n\nexport {};\n",
    ],
    ["lib/watch/cache/mod.ts", "/** What is held. */\n"],
  ]);
  return { modules: Object.entries(files).map(([path, imports]) => ({ path, imports })), leaves: ["model"], doors };
}

Deno.test("the picture shows rooms within their rooms, and the arrows that do not follow from others", () => {
  assertEquals(
    drawPicture(houseOf(files)),
    [
      "```mermaid",
      "flowchart TD",
      '  subgraph leaves["leaves, which any room may use"]',
      '    model["model"]',
      "  end",
      '  kube["kube"]',
      '  subgraph watch["watch"]',
      '    watch_bytes["bytes"]',
      '    watch_cache["cache"]',
      '    watch_informer["informer"]',
      "    watch_cache --> watch_bytes",
      "    watch_informer --> watch_cache",
      "  end",
      "  watch --> kube",
      "```",
    ].join("\n"),
  );
});

Deno.test("the list says of each inner room what its door says first, and all neighbours that it imports", () => {
  assertEquals(
    listRooms(houseOf(files)),
    [
      "- **`lib/watch/bytes`**: Bytes: `Lines` of them.",
      "- **`lib/watch/cache`** → `bytes`: What is held.",
      "- **`lib/watch/informer`** → `bytes`, `cache`: ",
    ].join("\n"),
  );
});

Deno.test("what is drawn takes the place of what was drawn, and nothing else changes", () => {
  const page = withPicture(`# A\n\n${BEGIN}\n\nformer rooms\n\n${END}\n\n# B\n`, houseOf(files));
  assertEquals(page, withPicture(page, houseOf(files)));
  assertEquals([page.startsWith(`# A\n\n${BEGIN}`), page.endsWith(`${END}\n\n# B\n`), page.includes("former rooms")], [
    true,
    true,
    false,
  ]);
});

Deno.test("a new room, a new arrow between rooms, and another first sentence of a door change the page", () => {
  const draw = (house: House) => withPicture(`${BEGIN}${END}`, house);
  const page = draw(houseOf(files));
  assertNotEquals(draw(houseOf({ ...files, "lib/watch/trigger/mod.ts": [] })), page);
  assertNotEquals(draw(houseOf({ ...files, "lib/kube/mod.ts": ["lib/http/mod.ts"], "lib/http/mod.ts": [] })), page);
  const { doors, ...rest } = houseOf(files);
  const other = new Map([...doors, ["lib/watch/cache/mod.ts", "/** What is kept. */\n"]]);
  assertNotEquals(draw({ ...rest, doors: other }), page);
  // A file more in a room is none of the picture's business.
  assertEquals(draw(houseOf({ ...files, "lib/watch/bytes/utf8.ts": [] })), page);
});

Deno.test("a page that does not say where the picture goes is refused", () => {
  assertThrows(() => withPicture("# A\n", houseOf(files)), Error, "Cannot draw the picture as the page must hold");
  assertThrows(() => withPicture(`${END}${BEGIN}`, houseOf(files)), Error, "Cannot draw the picture");
});

Deno.test("a file without a comment at its top has no purpose to tell", () => {
  assertEquals(purposeOf('export {} from "./a.ts";\n/** Later. */\n'), "");
});
