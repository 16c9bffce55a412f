import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Foo, steps } from "../../examples/simple.ts";

const EXAMPLE = new URL("../../examples/simple.ts", import.meta.url);

/** Runs the example with no permission, and with nothing to answer a prompt. */
async function runExample() {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", EXAMPLE.href],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, output: new TextDecoder().decode(stdout), errors: new TextDecoder().decode(stderr) };
}

Deno.test("the first example runs without any permission, asks for none, and changes one thing a Run", async () => {
  const { code, output, errors } = await runExample();
  assertEquals(code, 0, errors);
  assertEquals(errors.includes("allow"), false, errors);
  assertStringIncludes(output.split("\n").slice(0, 2).join(" "), "--allow-net --allow-read --allow-env");
  const runs = output.split("\n").filter((line) => line.startsWith("  default/hello"));
  const changes = runs.filter((line) => line.includes(" Modified ")).map((line) => line.split("  ").at(-1)!.trim());
  assertEquals(changes.map((line) => line.replace(/^Modified /, "").replace(/ \(.*\)$/, "")), [
    "add the finalizer: patch Foo default/hello",
    "create the password: create Secret default/hello",
    "create the deployment: create Deployment default/hello",
    "report: patch status of Foo default/hello",
    "scale the deployment: patch Deployment default/hello",
    "report: patch status of Foo default/hello",
    "remove the deployment: remove Deployment default/hello",
    "remove the finalizer: patch Foo default/hello",
  ]);
  assertEquals(runs.filter((line) => line.includes(" Failed ")), []);
  assertStringIncludes(output, `${runs.length} Runs, ${changes.length} changes`);
});

Deno.test("the operator of the first example takes less than sixty lines", async () => {
  const text = await Deno.readTextFile(EXAMPLE);
  const operator = text.slice(text.indexOf("export const Foo"), text.indexOf("if (import.meta.main)"));
  assert(operator.split("\n").length < 60, `${operator.split("\n").length} lines`);
  assertEquals([Foo.plural, steps.names.length], ["foos", 7]);
});
