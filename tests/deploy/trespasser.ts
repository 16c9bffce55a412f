/** An operator whose steps want what it has not said: each of its objects names one thing. */

import { defineController, defineSteps } from "@staircase/operator";
import { defineOperator, type Operator } from "@staircase/operator/deploy";
import { ConfigMap } from "@staircase/operator/kinds";

/** A variable that is set, and a file that is there, wherever the tests run. */
const ACTS: Readonly<Record<string, () => unknown>> = {
  "reads-a-file": () => Deno.readTextFile("/etc/passwd"),
  "reads-a-file-at-once": () => Deno.readTextFileSync("/etc/passwd"),
  "reads-a-variable": () => Deno.env.get("HOME"),
  "runs-a-program": () => new Deno.Command("sh").output(),
  "asks-a-host": () => fetch("https://shop.example/?token=secret"),
  "connects-to-a-host": () => Deno.connect({ hostname: "shop.example", port: 5432 }),
  "listens": () => Deno.serve({ port: 9_999, onListen() {} }, () => new Response()),
  "writes-a-file": () => Deno.writeTextFile("/tmp/staircase-trespass", ""),
  "asks-for-the-machine": () => Deno.hostname(),
  "loads-code": () => import("https://esm.sh/x?secret" as string),
  "is-good": () => undefined,
};

/** The names of its objects. */
export const TRESPASSES: readonly string[] = Object.keys(ACTS);

const steps = defineSteps(ConfigMap).observe("trespass", async ({ object }) => {
  await ACTS[object.metadata.name]?.();
});

export const trespasser: Operator = defineOperator({
  name: "trespasser",
  controllers: [defineController({ name: "trespasser", resource: ConfigMap, steps })],
});
