/** Promises about steps that want what Deno does not permit: the error says the step, what it wanted, and how to permit it. */

import { StepError } from "@staircase/operator";
import { assertEquals } from "@std/assert";
import { JoinError } from "../../lib/steps/errors.ts";

/** A program that is there: one that is not is not even asked for. */
const SHELL = Deno.build.os === "windows" ? "cmd" : "sh";

/** What an action throws. */
async function thrownBy(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return error;
  }
}

const REFUSED: readonly (readonly [kind: string, value: string, act: () => unknown])[] = [
  ["read", "/etc/shop", () => Deno.readTextFile("/etc/shop")],
  ["env", "SHOP", () => Deno.env.get("SHOP")],
  ["run", SHELL, () => new Deno.Command(SHELL).output()],
  ["net", "shop.example:443", () => fetch("https://shop.example/orders?token=secret")],
  ["write", "/tmp/shop", () => Deno.writeTextFile("/tmp/shop", "")],
  ["sys", "hostname", () => Deno.hostname()],
  // A test's permissions do not hold for code that it loads: `tests/deploy/trespass_test.ts` has the real refusal.
  ["import", "shop.example:443", () => {
    throw new TypeError('Requires import access to "shop.example:443", run again with the --allow-import flag');
  }],
];

for (const [kind, value, act] of REFUSED) {
  Deno.test(`a step that may not ${kind} says so, and how to permit it`, { permissions: "none" }, async () => {
    const { message } = new StepError("ask the shop", await thrownBy(act));
    assertEquals(
      message,
      `Step "ask the shop" failed: ${kind} access to "${value}" is not permitted: if it is right, run with ` +
        `--allow-${kind}=${value}, and add it to the needs of the operator (${kind}: ["${value}"])`,
    );
  });
}

Deno.test("a comma in a path is written as the flag takes it", { permissions: "none" }, async () => {
  const { message } = new StepError("a", await thrownBy(() => Deno.readTextFile("/a,b")));
  assertEquals(
    message,
    'Step "a" failed: read access to "/a,b" is not permitted: if it is right, run with --allow-read=/a,,b, and add it to ' +
      'the needs of the operator (read: ["/a,b"])',
  );
});

Deno.test("a refusal within another error is told as well", { permissions: "none" }, async () => {
  const cause = await thrownBy(() => Deno.env.get("SHOP"));
  const { message } = new StepError("a", new Error("no shop", { cause }));
  assertEquals(
    message,
    'Step "a" failed: no shop: if it is right, run with --allow-env=SHOP, and add it to the needs of the operator ' +
      '(env: ["SHOP"])',
  );
});

Deno.test("a join tells each refusal once", { permissions: "none" }, async () => {
  const branch = new StepError("a/b", await thrownBy(() => Deno.env.get("SHOP")));
  assertEquals(new StepError("a", new JoinError([branch])).message, `Step "a" failed: ${branch.message}`);
});

Deno.test("other errors are told as they are", () => {
  assertEquals(
    new StepError("a", new TypeError("x is not a function")).message,
    'Step "a" failed: x is not a function',
  );
  assertEquals(
    new StepError("a", 'Requires env access to "X",').message,
    'Step "a" failed: Requires env access to "X",',
  );
  const all = new Deno.errors.NotCapable("Requires env access, run again with the --allow-env flag");
  assertEquals(new StepError("a", all).message, `Step "a" failed: ${all.message}`);
});
