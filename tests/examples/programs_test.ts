import { assertEquals, assertStringIncludes } from "@std/assert";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** What is left of a program's output that the clock and chance have no part in: what was changed, in its order. */
interface Shown {
  code: number;
  output: string;
  errors: string;
  /** `ann: write the ticket: create ConfigMap default/ann`. */
  changes: string[];
}

/** Runs an example with no permission, and with nothing to answer a prompt. */
async function runExample(file: string): Promise<Shown> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", new URL(file, EXAMPLES).href],
    env: { NO_COLOR: "1" },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).output();
  const output = new TextDecoder().decode(stdout);
  const modified = output.split("\n").filter((line) => / Modified {2}/.test(line));
  return {
    code,
    output,
    errors: new TextDecoder().decode(stderr),
    changes: modified.map((line) => line.replace(/^.* Modified {2}/, "").replace(/ \(.*\)$/, "")),
  };
}

/** What each example changes, in its order, when it is run with no permission. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  "order/main.ts": [
    "place the order: perform order 3 umbrellas",
    "note its number: patch status of Order default/umbrellas",
    "note its number: patch status of Order default/tent",
  ],
  "multi/main.ts": [
    "give out the seats: patch status of Pool licences",
    "give out the seats: patch status of Pool licences",
    "write the ticket: create ConfigMap default/ann",
    "give out the seats: patch status of Pool licences",
    "write the ticket: create ConfigMap default/ben",
    "give out the seats: patch status of Pool licences",
    "write the ticket: create ConfigMap default/cem",
    "give out the seats: patch status of Pool licences",
    "take back the ticket: remove ConfigMap default/cem",
  ],
  "website/main.ts": [
    "ensure the config map page: apply ConfigMap default/home",
    "ensure the service entry: apply Service default/home",
    "ensure the deployment server: apply Deployment default/home",
    "report: patch status of Website default/home",
    "ensure the deployment server: apply Deployment default/home",
    "ensure the service entry: apply Service default/home",
    "ensure the config map page: apply ConfigMap default/home",
    "ensure the config map page: apply ConfigMap default/home",
  ],
  "elevator/main.ts": [
    "ensure the deployment server: apply Deployment default/lift",
    "ensure the service entry: apply Service default/lift",
    "ensure the config map page: create ConfigMap default/lift",
    ...Array<string>(3 + 4).fill("move one floor: patch ConfigMap default/lift"),
  ],
};

for (const [file, expected] of Object.entries(CHANGES)) {
  Deno.test(`examples/${file} runs without any permission, asks for none, and changes one thing a Run`, async () => {
    const { code, output, errors, changes } = await runExample(file);
    assertEquals(code, 0, errors);
    assertEquals(errors.includes("allow"), false, errors);
    assertStringIncludes(output, `--allow-net --allow-read --allow-env examples/${file}`);
    assertEquals(changes, expected);
    assertStringIncludes(output, `${expected.length} changes, at most one each`);
  });

  Deno.test(`the README of examples/${file} fits on a screen`, async () => {
    const text = await Deno.readTextFile(new URL(file.replace("main.ts", "README.md"), EXAMPLES));
    assertEquals(text.split("\n").length <= 50, true);
  });
}
