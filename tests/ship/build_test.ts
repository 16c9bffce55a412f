/** Executables, of a runtime part that is none: what is in them, and what depends on what. They are never run. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { buildExecutable, type BuildExecutableOptions, ShipError } from "../../lib/ship/mod.ts";
import { askPermissions, readNeeds } from "../../lib/ship/build/asked_permissions.ts";
import { findMain } from "../../lib/ship/build/main_module.ts";
import { temporaryFolder } from "../packaging/programs.ts";
import { elfBytes } from "./elf_files.ts";
import { withRuntime } from "./runtime_part.ts";

/** Says which permissions it needs, after other lines, as its flag says. */
const PROGRAM = `
  console.log("{ noise }");
  if (Deno.args[0] === "permissions") {
    const shop = Deno.args[Deno.args.indexOf("--shop") + 1];
    const needs = { net: [shop + ":443"], read: [Deno.args[2]], env: [], run: [] };
    console.log(JSON.stringify(needs, null, 2));
  } else console.log("runs");`;

/** Builds in a folder of its own. */
async function build(
  options: Partial<BuildExecutableOptions> = {},
  { program = PROGRAM, project = "project", config = "{}" } = {},
) {
  await using folder = await temporaryFolder();
  const runtime = `${folder.path}/denort`;
  const head = elfBytes({ interpreter: "/lib64/ld-linux-x86-64.so.2" });
  await Deno.writeFile(runtime, head);
  await Deno.writeTextFile(runtime, `Deno/${Deno.version.deno}+0000000`, { append: true });
  await Deno.mkdir(`${folder.path}/${project}`, { recursive: true });
  await Deno.writeTextFile(`${folder.path}/${project}/deno.json`, config);
  await Deno.writeTextFile(`${folder.path}/${project}/main.ts`, program);
  const output = `${folder.path}/${crypto.randomUUID()}`;
  const main = `${folder.path}/${project}/main.ts`;
  const target = "x86_64-unknown-linux-gnu";
  const { permissions } = await withRuntime(runtime, () => buildExecutable({ main, output, target, ...options }));
  return { permissions, bytes: await Deno.readFile(output), text: await Deno.readTextFile(output) };
}

Deno.test("the permissions that the program says are baked in, and no others", async () => {
  const { permissions, text } = await build({ arguments: ["--shop", "shop.example"] });
  assertEquals(permissions, ["--allow-net=shop.example:443", "--allow-read=pod"]);
  assertStringIncludes(text, '"allow_net":["shop.example:443"]');
  assertStringIncludes(text, '"allow_read":["pod"]');
  for (const kind of ["env", "run", "write", "sys", "ffi"]) assertStringIncludes(text, `"allow_${kind}":null`);
  assertStringIncludes(text, '"prompt":false');
});

Deno.test("given permissions are baked in, and the program is not asked", async () => {
  const { permissions, text } = await build({ permissions: ["--allow-env=A"] }, { program: "while (true) {}" });
  assertEquals(permissions, ["--allow-env=A"]);
  assertStringIncludes(text, '"allow_env":["A"]');
  assertStringIncludes(text, '"allow_net":null');
});

Deno.test("a program that does not answer is ended", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/main.ts`, "while (true) {}");
  const main = await findMain(`${folder.path}/main.ts`);
  const asking = () => askPermissions(main, { place: "pod", args: [], flags: [], patience: 500 });
  await assertRejects(asking, ShipError, "has not answered for 0.5 s");
});

Deno.test("a program that writes or asks for more while it is asked is stopped by Deno", async () => {
  const program = "Deno.writeTextFileSync('written', 'x');";
  await assertRejects(() => build({}, { program }), ShipError, "Requires write access");
});

Deno.test("the same program gives the same bytes, wherever it lies and whatever the executable is called", async () => {
  const permissions: string[] = [];
  const [one, other] = [
    await build({ permissions }),
    // The same name, as the program is called after its folder.
    await build({ permissions }, { project: "much/deeper/project" }),
  ];
  assertEquals(one.bytes.length, other.bytes.length);
  assertEquals(one.bytes, other.bytes);
  const third = await build({ permissions }, { program: `${PROGRAM} console.log("more");` });
  assert(third.bytes.length !== one.bytes.length, "another program gives others");
});

Deno.test("V8's flags and the unstable parts that deno.json asks for are baked in", async () => {
  const config = `{\n  // a comment\n  "unstable": ["kv", "temporal"]\n}`;
  const { text } = await build({ permissions: [] }, { config });
  assertStringIncludes(text, "--max-semi-space-size=4");
  assertStringIncludes(text, '"features":["kv","temporal"]');
});

Deno.test("what a program prints is searched for permissions, and nothing else is taken for them", () => {
  const needs = { net: ["a:1"], read: [], env: [], run: [] };
  assertEquals(readNeeds(JSON.stringify(needs)), needs);
  assertEquals(readNeeds(`started\n{ "no": 1 }\n${JSON.stringify(needs, null, 2)}\n`), needs);
  const others = [
    "",
    "{}",
    "null",
    '{"net":"all"}',
    '{"net":[1],"read":[],"env":[],"run":[]}',
    `x${JSON.stringify(needs)}`,
  ];
  for (const text of [...others, '{"net":[""],"read":[],"env":[],"run":[]}']) assertEquals(readNeeds(text), undefined);
});
