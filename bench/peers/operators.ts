/** The table of operators: how each is built and run. */

import { fileURLToPath } from "node:url";
import { checkRuntime } from "../../lib/ship/build/mod.ts";
import { denoBundle, denoCache, denoCompile, denoRun, denoRunAlone, denoStartOnce } from "./deno_command.ts";
import type { StairSpec } from "./workload.ts";

/** The sources of one or more operators. */
export interface Source {
  /** The folder in `operators/`. */
  folder: string;
  /** Whether it is built in a copy of its folder, or in place. */
  copied: boolean;
  /** A command that fails if the toolchain is missing. */
  toolchain: readonly string[];
  /** The build commands, run in the build folder. */
  build: readonly (readonly string[])[];
  /** Another requirement: how to check it, and the message if it is missing. */
  needs?: { check: () => Promise<void>; otherwise: string };
  /** A file that exists after the build. */
  result?: string;
}

/** An operator of the benchmark. */
export interface Operator {
  name: string;
  source: Source;
  command: readonly string[];
  /** Whether it keeps the machine busy so long that no other operator should follow it. */
  isSlow?: boolean;
  /** Annotations that this operator leaves on an object, if it needs them. */
  annotations?: (spec: StairSpec) => Record<string, string>;
}

/** Options of the table. */
export interface OperatorOptions {
  /** The build folder. */
  build: string;
  /** More flags for the operators on Deno. */
  denoFlags: readonly string[];
  /** A checkout of another commit to compare with. */
  before?: string | undefined;
}

/** This module. */
export const THIS = "staircase";
/** This module at another commit. */
export const BEFORE = "staircase-before";

/** Not an operator: an empty program on Deno. It cannot work, only start. */
export const FLOOR = "floor";

/** Every operator, in the order of the tables. */
export function operatorTable({ build, denoFlags, before }: OperatorOptions): Operator[] {
  const built = (path: string) => `${build}/${path}`;
  const compiled = built("staircase/operator");
  const bundled = built("staircase/operator.js");
  const bundledBefore = built("staircase/operator_before.js");
  const compile = [denoBundle(OPERATOR, bundled), denoCompile(bundled, compiled, denoFlags)];
  const deno = (folder: string): Source => ({
    ...{ folder, copied: false, toolchain: [Deno.execPath(), "--version"] },
    build: folder === FLOOR ? [] : [denoCache(script(folder))],
  });
  const onDeno = (name: string) => ({ name, source: deno(name), command: denoRun(script(name), denoFlags) });
  const bundling = (bundle: string, checkout?: string) => [
    denoBundle(OPERATOR, bundle, checkout),
    denoStartOnce(denoRunAlone(bundle, denoFlags)),
  ];
  const python = built("kopf/venv/bin/python");
  const kopf = ["-m", "kopf", "run", "--standalone", "--all-namespaces", "--quiet", built("kopf/operator.py")];
  return [
    {
      name: THIS,
      source: { ...deno("staircase"), build: bundling(bundled), result: bundled },
      command: denoRunAlone(bundled, denoFlags),
    },
    ...(before === undefined ? [] : [{
      name: BEFORE,
      source: { ...deno("staircase"), build: bundling(bundledBefore, before), result: bundledBefore },
      command: denoRunAlone(bundledBefore, denoFlags),
    }]),
    { ...onDeno("staircase"), name: "staircase-source" },
    {
      name: "staircase-compiled",
      source: {
        ...deno("staircase"),
        build: compile,
        result: compiled,
        needs: DENORT,
      },
      command: [compiled],
    },
    { ...onDeno("bare"), command: denoRunAlone(script("bare"), denoFlags) },
    ...forms("rust", { ...RUST, result: built("rust/target/release/peer-rust") }),
    ...forms("go", { ...GO, result: built("go/operator") }),
    {
      name: "kopf",
      source: { ...KOPF, result: python },
      command: [python, ...kopf],
      isSlow: true,
      annotations: kopfAnnotations,
    },
    {
      name: "node",
      source: { ...NODE, result: built("node/node_modules/.bin/node") },
      command: [built("node/node_modules/.bin/node"), built("node/operator.mjs")],
      isSlow: true,
    },
    { ...onDeno(FLOOR), command: denoRunAlone(script("floor", "waiting.ts"), denoFlags) },
  ];
}

/** The command of a program that does nothing. */
export function emptyProgram(denoFlags: readonly string[]): string[] {
  return denoRunAlone(script("floor", "empty.ts"), denoFlags);
}

/** The folder of an operator's sources. */
export function sourceFolder(folder: string): string {
  return fileURLToPath(new URL(`./operators/${folder}`, import.meta.url));
}

/** The path of this module's operator in a checkout. */
const OPERATOR = "bench/peers/operators/staircase/operator.ts";

function script(folder: string, file = "operator.ts"): string {
  return `${sourceFolder(folder)}/${file}`;
}

/** One program in three forms: as documented, cached, and waiting for events. */
function forms(name: string, source: Source & { result: string }): Operator[] {
  const { result } = source;
  return [
    { name, source, command: [result] },
    ...["cached", "events"].map((form) => ({ name: `${name}-${form}`, source, command: [result, form] })),
  ];
}

const DENORT = {
  check: () => checkRuntime(Deno.env.get("DENORT_BIN")),
  otherwise: "DENORT_BIN names no runtime part of this Deno's version",
};

const RUST: Source = {
  ...{ folder: "rust", copied: true, toolchain: ["cargo", "--version"] },
  build: [["cargo", "build", "--release", "--locked"]],
};

const GO: Source = {
  ...{ folder: "go", copied: true, toolchain: ["go", "version"] },
  build: [["go", "build", "-mod=readonly", "-buildvcs=false", "-o", "operator", "."]],
};

const KOPF: Source = {
  ...{ folder: "kopf", copied: true, toolchain: ["python3", "--version"] },
  build: [["python3", "-m", "venv", "venv"], ["venv/bin/pip", "install", "--quiet", "-r", "requirements.txt"]],
};

const NODE: Source = {
  ...{ folder: "node", copied: true, toolchain: ["npm", "--version"] },
  build: [["npm", "install", "--no-fund", "--no-audit", "--no-package-lock"]],
};

/** The annotations that kopf leaves on an object it has handled. */
function kopfAnnotations(spec: StairSpec): Record<string, string> {
  return { "kopf.zalando.org/last-handled-configuration": `${JSON.stringify({ spec })}\n` };
}
