/** Compiles the first example into one executable, with the permissions that it needs baked in: `deno task compile --help`. */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  connectionPermissions,
  formatPermissionFlags,
  type PermissionNeeds,
  podPermissions,
} from "../lib/doors/cluster.ts";
import { checkRuntime } from "./denort.ts";
import { V8_FLAGS } from "./v8_flags.ts";

const SCRIPT = fileURLToPath(new URL("../examples/simple.ts", import.meta.url));
const OUTPUT = fileURLToPath(new URL("../dist/simple", import.meta.url));

const USAGE = `Makes examples/simple.ts one executable, with the permissions that it needs baked in.

deno task compile [options] [-- flags of deno compile]

  --for pod         where it will run: in a pod of any cluster (the default), or
  --for kubeconfig  on this machine, with the kubeconfig that KUBECONFIG names
  --target TRIPLE   for another system, such as aarch64-unknown-linux-gnu
  --output FILE     where to put it, instead of dist/simple

DENORT_BIN is the path of Deno's runtime part, denort, where that cannot be downloaded. It must be of the same version as the
Deno that compiles.`;

/** The error of `deno compile` if its runtime part is missing. */
const NO_RUNTIME = /Setting up base binary|denort-\S+\.zip/;

async function compile(args: string[]): Promise<void> {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const { values } = parseArgs({
    args: args.slice(0, end),
    options: {
      for: { type: "string", default: "pod" },
      target: { type: "string", default: Deno.build.target },
      output: { type: "string", default: OUTPUT },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(USAGE);
  const permissions = formatPermissionFlags(await needsFor(values.for));
  await checkRuntime(Deno.env.get("DENORT_BIN"));
  say(`compiling with ${permissions.join(" ")}`);
  const flags = ["--no-prompt", V8_FLAGS, ...permissions, "--target", values.target, "--output", values.output];
  await runCompile([...flags, ...args.slice(end + 1)], values.target);
  say(`${values.output} is made`);
}

async function needsFor(place: string): Promise<PermissionNeeds> {
  if (place === "pod") return podPermissions();
  if (place === "kubeconfig") return await connectionPermissions();
  throw new TypeError(`Cannot compile as --for must be pod or kubeconfig: current value is ${place}`);
}

async function runCompile(flags: string[], target: string): Promise<void> {
  const args = ["compile", "--quiet", ...flags, SCRIPT];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, stdout: "inherit", stderr: "piped" })
    .output();
  await Deno.stderr.write(stderr);
  if (success) return;
  if (!NO_RUNTIME.test(new TextDecoder().decode(stderr))) throw new Error("Cannot compile as deno compile says above");
  const wanted = `the denort of Deno ${Deno.version.deno} for ${target}`;
  throw new Error(
    `Cannot compile as Deno's runtime part cannot be downloaded: set DENORT_BIN to the path of ${wanted}`,
  );
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool's output
  console.error(text);
}

if (import.meta.main) {
  try {
    await compile(Deno.args);
  } catch (error) {
    say((error as Error).message);
    Deno.exitCode = 1;
  }
}
