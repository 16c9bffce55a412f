/** What the tests of the command line share: an operator with everything, and a process that remembers what it was told. */

import { defineController, defineResource, defineSteps } from "../../mod.ts";
import { defineOperator, type Operator } from "../../lib/cli/mod.ts";
import { runProgram } from "../../lib/cli/program.ts";
import type { System } from "../../lib/cli/system.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { z } from "zod";

export const Greeting = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Greeting",
  scope: "Namespaced",
  spec: z.object({ text: z.string() }),
});

/** An operator with a flag of its own, a cleanup, a join, and names that are syntax elsewhere. */
export const operator: Operator = defineOperator({
  name: "greeter",
  version: "1.2.3",
  description: "Greets.",
  flags: {
    depth: {
      description: "how deep to bow",
      default: "3",
      env: "GREETER_DEPTH",
      parse: (text: string) => {
        if (/^\d$/.test(text)) return Number(text);
        throw new RangeError("it must be a digit");
      },
    },
  },
  controllers: [
    defineController({
      resource: Greeting,
      steps: defineSteps(Greeting)
        .join('look <around> & "see"', { left: () => 1, "right hand": () => 2 })
        .observe("名前を確かめる", () => 3)
        .change("say it", () => 4),
      cleanup: defineSteps(Greeting).observe("look back", () => 5),
      owns: [ConfigMap],
    }),
    defineController({
      name: "keeper",
      resource: Secret,
      finalizer: "example.dev/keeper",
      steps: () => defineSteps(Secret),
      cleanup: defineSteps(Secret).change("let go", () => 6),
    }),
  ],
});

/** What a program did. */
export interface Done {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Options of {@link call}. */
export interface CallOptions {
  /** The variables of its environment. */
  env?: Readonly<Record<string, string>>;
  operator?: Operator;
  isStandalone?: boolean;
}

/** Runs a program in this process. */
export async function call(args: readonly string[], options: CallOptions = {}): Promise<Done> {
  const { env = {}, isStandalone = false } = options;
  const [out, err]: [string[], string[]] = [[], []];
  let code = 0;
  const system: System = {
    isStandalone,
    out: (text) => Promise.resolve(void out.push(text)),
    err: (text) => Promise.resolve(void err.push(text)),
    env: (name) => env[name],
    // What is revoked would be missed by other tests.
    revokeExcept: () => Promise.resolve("nothing"),
    listenForEnd: () => ({ signal: new AbortController().signal, [Symbol.dispose]() {} }),
    exitWith: (given) => code = given,
  };
  await runProgram(options.operator ?? operator, args, system);
  return { code, out: out.join(""), err: err.join("") };
}
