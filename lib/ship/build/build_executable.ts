/** One executable out of a program, with the permissions that it needs baked in. */

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeFile, ShipError } from "../files/mod.ts";
import { askPermissions, type Place } from "./asked_permissions.ts";
import { bundle } from "./bundle.ts";
import { compile } from "./compile.ts";
import { partFlags } from "./flags.ts";
import { findMain, type MainModule } from "./main_module.ts";
import { checkRuntime, TARGETS } from "./runtime_part.ts";
import { V8_FLAGS } from "./v8_flags.ts";

/** Options of {@link buildExecutable}. */
export interface BuildExecutableOptions {
  /** The path of the program's main module. */
  main: string;
  /**
   * Where to put the executable.
   * @default {a file in the working directory that is named after the program}
   */
  output?: string;
  /**
   * The system that it is for, such as `aarch64-unknown-linux-gnu`.
   * @default {this one}
   */
  target?: string;
  /**
   * The permissions to bake in, as flags of Deno, such as `--allow-net=example.com:443`. An empty list is no permission.
   * @default {what the program's own command `permissions` says}
   */
  permissions?: readonly string[];
  /**
   * Where it will run, which its permissions depend on: in a pod of any cluster, or on this machine with its kubeconfig.
   * @default {"pod"}
   */
  for?: "pod" | "kubeconfig";
  /**
   * More arguments of that command, such as flags of the program's own that its permissions depend on.
   * @default {none}
   */
  arguments?: readonly string[];
  /**
   * Files and folders to take along. They lie beside the main module or below it, and modules find all of them as if they
   * stood beside the main module: `new URL("./page.html", import.meta.url)`.
   * @default {none}
   */
  include?: readonly string[];
  /**
   * Whether the modules become one program of few files first. False takes all files as they are, for programs with workers
   * or native addons.
   * @default {true}
   */
  bundle?: boolean;
  /**
   * More flags of `deno compile`, each with its value behind `=`. `--no-check` leaves out the check of types.
   * @default {none}
   */
  flags?: readonly string[];
  /** Ends the work. Nothing is left behind. */
  signal?: AbortSignal;
}

/** What {@link buildExecutable} has made. */
export interface BuiltExecutable {
  /** Its path. */
  readonly path: string;
  /** Its size, in bytes. */
  readonly bytes: number;
  /** The permissions that are baked in. */
  readonly permissions: readonly string[];
}

/** What is built, complete. */
interface Build {
  readonly main: MainModule;
  readonly target: string;
  readonly permissions: readonly string[];
  readonly include: readonly string[];
  readonly flags: ReturnType<typeof partFlags>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes one executable of a program, with the permissions that it needs baked in. It is Deno's runtime part with the
 * program's own code, and of npm packages only what is used. The same modules give the same bytes, with the same Deno.
 *
 * It runs `deno bundle` and `deno compile`, so it takes the permissions to run programs and to write files. The environment
 * variable `DENORT_BIN` names Deno's runtime part where that cannot be downloaded.
 *
 * @example Usage
 * ```ts no-assert
 * import { buildExecutable } from "@staircase/operator/ship";
 *
 * async function build() {
 *   const { path, permissions } = await buildExecutable({ main: "main.ts", output: "dist/operator" });
 *   return `${path} is made, with ${permissions.join(" ")}`;
 * }
 * ```
 *
 * @throws {ShipError} If it cannot be built. Nothing is written then.
 */
export async function buildExecutable(options: BuildExecutableOptions): Promise<BuiltExecutable> {
  const { target = Deno.build.target, include = [], bundle = true, for: place = "pod", signal } = options;
  if (!TARGETS.includes(target)) {
    throw new ShipError(`Cannot build as --target must be one of ${TARGETS.join(", ")}: current value is ${target}`);
  }
  checkPlace(place);
  const main = await findMain(options.main);
  const flags = partFlags(options.flags ?? []);
  await checkRuntime(Deno.env.get("DENORT_BIN"), target);
  const permissions = checkPermissions(options.permissions) ??
    await askPermissions(main, { place, args: options.arguments ?? [], flags: flags.finding, signal });
  const path = outputOf(options.output ?? main.name, target);
  const build = { main, target, permissions, include, flags, signal };
  await makeFile(path, (at) => bundle ? compileBundled(build, at) : compileAsItIs(build, at));
  return { path, bytes: (await stat(path)).size, permissions };
}

async function compileBundled({ main, target, permissions, include, flags, signal }: Build, output: string) {
  const folder = await mkdtemp(join(tmpdir(), "staircase-ship-"));
  try {
    const { check, finding, compiling } = flags;
    const program = await bundle(main, { folder, check, flags: finding, include, signal });
    await compile({
      cwd: program.folder,
      entry: program.entry,
      name: main.name,
      output,
      target,
      flags: [
        V8_FLAGS,
        ...permissions,
        ...main.unstable,
        ...compiling,
        "--no-check",
        "--no-config",
        "--no-lock",
        "--include",
        ".",
      ],
      signal,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compileAsItIs({ main, target, permissions, include, flags, signal }: Build, output: string) {
  const { check, finding, compiling } = flags;
  await compile({
    cwd: main.root,
    entry: main.path,
    name: main.name,
    output,
    target,
    flags: [
      V8_FLAGS,
      ...permissions,
      ...finding,
      ...compiling,
      ...check ? [] : ["--no-check"],
      ...include.flatMap((path) => ["--include", resolve(path)]),
    ],
    signal,
  });
}

function checkPlace(place: string): asserts place is Place {
  if (place === "pod" || place === "kubeconfig") return;
  throw new ShipError(`Cannot build as --for must be pod or kubeconfig: current value is ${place}`);
}

/** @throws {ShipError} If one is not a flag for a permission. */
function checkPermissions(flags: readonly string[] | undefined): readonly string[] | undefined {
  for (const flag of flags ?? []) {
    if (/^(--(allow|deny)-(all|net|read|write|env|run|sys|ffi|import)(=.*)?|-A)$/s.test(flag)) continue;
    throw new ShipError(
      `Cannot build as a permission must be a flag of Deno such as --allow-net=example.com:443: current value is ${flag}`,
    );
  }
  return flags;
}

/** Where the executable goes; on Windows such files have an ending. */
function outputOf(path: string, target: string): string {
  if (path === "") throw new ShipError("Cannot build as --output is empty");
  if (path.endsWith("/")) throw new ShipError(`Cannot write ${path} as it is a folder: name a file in --output`);
  return target.includes("windows") && !path.endsWith(".exe") ? `${path}.exe` : path;
}
