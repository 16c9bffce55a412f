/** Plain arguments, which are read without the library: as it would read them. */

import { assert, assertEquals } from "@std/assert";
import { readerOf } from "../../lib/cli/commands/application.ts";
import { serveCommand } from "../../lib/cli/commands/serve.ts";
import { plainFlags } from "../../lib/cli/flags/mod.ts";
import { allRunFlags, ownFlags } from "../../lib/cli/run_flags.ts";
import { operator } from "./fixture.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

const FLAGS = allRunFlags(operator);
const reader = readerOf({
  name: "greeter",
  description: "",
  commands: [serveCommand],
  ownFlags: () => ownFlags(operator),
});

const NAMES = [
  ...Object.keys(FLAGS),
  "no-events",
  "no-install-crds",
  "no-port",
  "nonsense",
  "no-",
  "constructor",
  "help",
];
const VALUES = ["a", "80", "", "a,b", "-5", "-x", "--port", "x=y", "=", "true", "*", "ü\n", " "];

Deno.test("what is read as plain arguments, the library reads in the same way", async () => {
  const random = seededRandom(7);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random.next() * values.length)]!;
  let plain = 0;
  for (let history = 0; history < 3_000; history++) {
    const args = Array.from({ length: Math.floor(random.next() * 5) }).flatMap(() => {
      const flag = `--${pick(NAMES)}`;
      const form = random.next();
      if (form < 0.4) return [`${flag}=${pick(VALUES)}`];
      return form < 0.8 ? [flag, pick(VALUES)] : [flag];
    });
    const given = plainFlags(args, FLAGS);
    if (given === undefined) continue;
    plain++;
    const parsed = await reader.read(["run", ...args]);
    assert("given" in parsed);
    const sorted = (all: typeof given) => [...all].sort(([a], [b]) => a < b ? -1 : 1);
    assertEquals(sorted(parsed.given), sorted(given), JSON.stringify(args));
  }
  assert(plain > 300, `only ${plain} were plain`);
});

Deno.test("the arguments of a deployed operator are plain, so that it loads no library for them", () => {
  const args = [
    ...["--port=8080", "--log-format=json", "--log-level=info", "--no-install-crds"],
    ...["--namespace=team-a", "--namespace=team-b", "--depth="],
  ];
  assertEquals([...plainFlags(args, FLAGS)!], [
    ["port", ["8080"]],
    ["log-format", ["json"]],
    ["log-level", ["info"]],
    ["install-crds", ["false"]],
    ["namespace", ["team-a", "team-b"]],
    ["depth", [""]],
  ]);
});
