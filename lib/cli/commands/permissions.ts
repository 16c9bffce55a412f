/** The command `permissions`. */

import { operatorPermissions, permissionSet } from "../../deploy/permissions/mod.ts";
import { formatPermissionFlags, type PermissionNeeds } from "../../kube/mod.ts";
import { type Flags, flags, UsageError, valuesOf } from "../flags/mod.ts";
import { ownFlags, RUN_FLAGS } from "../run_flags.ts";
import type { Call, Command } from "./command.ts";
import { resolvedOf } from "./resolved.ts";

/** The port that `manifests` gives an operator if it is not told. */
const POD_PORT = 8080;

const FLAGS = flags({
  for: {
    brief: "where it will run: in a pod of any cluster, or on this machine, with the cluster that is found now",
    form: "one",
    choices: ["pod", "kubeconfig"],
    fallback: "pod",
  },
  format: {
    brief: "as flags of deno run, as JSON, or as a set for deno.json: of deno run -P, or of deno compile -P",
    form: "one",
    choices: ["flags", "json", "deno", "compile"],
    fallback: "flags",
  },
  port: {
    brief: "the port of metrics and probes",
    form: "one",
    placeholder: "PORT",
    fallback: `${POD_PORT} in a pod, as manifests sets it; else none`,
    parse: RUN_FLAGS.port.parse,
  },
  host: {
    brief: "the address to serve metrics and probes on",
    form: "one",
    placeholder: "ADDRESS",
    fallback: "all",
    parse: RUN_FLAGS.host.parse,
  },
  kubeconfig: {
    brief: "the kubeconfig file to find the cluster by, for kubeconfig",
    form: "one",
    placeholder: "FILE",
    fallback: "those that KUBECONFIG names, else ~/.kube/config",
  },
  context: {
    brief: "the context of the kubeconfig to use",
    form: "one",
    placeholder: "NAME",
    fallback: "the current one",
  },
  variables: {
    brief: "also what it takes to read the environment variables of run: OPERATOR_PORT and the others",
    form: "switch",
    fallback: "false",
  },
});

/** The command `permissions`. */
export const permissionsCommand: Command = {
  name: "permissions",
  brief: "Print the least permissions of Deno that the operator needs",
  examples: [
    ["permissions", "as flags, for a pod"],
    ["permissions --for kubeconfig", "for this machine and its cluster, as in: deno run $(…) main.ts"],
    ["permissions --format compile", "for deno.json, so that deno compile -P bakes them in"],
  ],
  flags: FLAGS,
  hasOwnFlags: true,
  async run(call) {
    const { format = "flags" } = valuesOf(FLAGS, call.given, call.system.env);
    await call.system.out(WRITE[format](await needsOf(call)));
  },
};

async function needsOf(call: Call): Promise<PermissionNeeds> {
  const { for: place = "pod", variables = false, kubeconfig, context, ...where } = valuesOf(
    FLAGS,
    call.given,
    call.system.env,
  );
  if (place === "pod" && (kubeconfig ?? context) !== undefined) {
    throw new UsageError("--kubeconfig and --context are for --for kubeconfig: in a pod there is its account");
  }
  const port = where.port ?? (place === "pod" ? POD_PORT : undefined);
  return await operatorPermissions(resolvedOf(call), {
    for: place,
    ...(port !== undefined && { port }),
    ...(where.host !== undefined && { hostname: where.host }),
    connect: { kubeconfig, context },
    env: variablesOf({ ...(variables && RUN_FLAGS), ...ownFlags(call.operator) }),
  });
}

function variablesOf(flags: Flags): readonly string[] {
  return Object.values(flags).flatMap(({ env }) => env ?? []);
}

type Write = (needs: PermissionNeeds) => string;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const WRITE: Readonly<Record<"flags" | "json" | "deno" | "compile", Write>> = {
  flags: (needs) => `${formatPermissionFlags(needs).map(quoted).join(" ")}\n`,
  json,
  deno: (needs) => json({ permissions: { default: permissionSet(needs) } }),
  compile: (needs) => json({ compile: { permissions: permissionSet(needs) } }),
};

/** A flag as a shell takes it. */
function quoted(flag: string): string {
  return /^[-\w=,.:/@%+]+$/.test(flag) ? flag : `'${flag.replaceAll("'", `'\\''`)}'`;
}
