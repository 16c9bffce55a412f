/** The command line of shipping. */

import { parseArgs, type ParseArgsConfig } from "node:util";
import { readFile } from "node:fs/promises";
import { formatPermissionFlags } from "../kube/mod.ts";
import { buildExecutable, readNeeds } from "./build/mod.ts";
import { ShipError } from "./files/mod.ts";
import { buildImage } from "./image/mod.ts";

const USAGE = `Ships an operator: makes its program one executable, and the executable an image.

  deno run -A @staircase/operator/ship build MAIN.ts [options] [-- flags of deno compile]

    --output FILE           where to put the executable; named after the program, if not said
    --target TRIPLE         for another system, such as aarch64-unknown-linux-gnu
    --permissions FLAGS     the permissions to bake in, such as "--allow-net=a.example:443 --allow-env=DEBUG", or the path
                            of a file with what the program's command permissions --format json prints; if not said, the
                            program is asked, by that command
    --for pod|kubeconfig    where it will run, if the program is asked; in a pod, if not said
    --arguments ARGUMENTS   more of that command's arguments, such as "--shop shop.example", a flag of the program's own
    --include PATH          a file or folder to take along (again for more)
    --no-bundle             take all files as they are: for programs with workers or native addons
    --no-check              do not check types

  deno run -A @staircase/operator/ship image BINARY [BINARY for another machine] --output IMAGE.tar [options]

    --output FILE           where to put the image, an OCI layout in a tar archive
    --base LAYOUT|scratch   the image that it stands on: an OCI layout, as a folder or a tar archive; or scratch: nothing but
                            the libraries that the binary needs, from this machine (if not said)
    --name NAME             what it is called, such as registry.example/operator:1.2.0
    --label KEY=VALUE       a label, such as org.opencontainers.image.source=https://… (again for more)
    --env NAME=VALUE        an environment variable (again for more)

Environment: DENORT_BIN is the path of Deno's runtime part, denort, where that cannot be downloaded; it must be of the same
version as the Deno that builds. SOURCE_DATE_EPOCH is the time in an image, in seconds; 0, if not set.`;

const BUILD = {
  output: { type: "string" },
  target: { type: "string" },
  permissions: { type: "string", multiple: true },
  for: { type: "string" },
  arguments: { type: "string", multiple: true },
  include: { type: "string", multiple: true },
  "no-bundle": { type: "boolean" },
  "no-check": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

const IMAGE = {
  output: { type: "string" },
  base: { type: "string" },
  name: { type: "string" },
  label: { type: "string", multiple: true },
  env: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

/** What a shell takes for a program that was ended by a signal. */
const SIGNALS = [["SIGINT", 130], ["SIGTERM", 143]] as const satisfies [Deno.Signal, number][];

/** Where a command writes, line by line. */
export interface ShipOutput {
  /** What was asked for. */
  print(text: string): void;
  /** What has happened, and errors. */
  say(line: string): void;
}

const CONSOLE: ShipOutput = {
  // deno-lint-ignore no-console -- a command's output
  print: (text) => console.log(text),
  // deno-lint-ignore no-console -- a command's output
  say: (line) => console.error(line),
};

/** The command line was not understood. */
class UsageError extends ShipError {}

/**
 * Runs a command of it, and resolves with the exit code: 2 if the command line is wrong, 1 if the work failed.
 *
 * @param args Its command line.
 * @param to Where it writes.
 */
export async function runShip(args: readonly string[], to: ShipOutput = CONSOLE): Promise<number> {
  const ending = new AbortController();
  let code = 0;
  const known = Deno.build.os === "windows" ? SIGNALS.slice(0, 1) : SIGNALS;
  const listeners = known.map(([name, ended]) =>
    [name, () => {
      code = ended;
      ending.abort(new ShipError(`Ended by ${name}: nothing is written`));
    }] as const
  );
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  try {
    await command(args, to, ending.signal);
    return code;
  } catch (error) {
    if (!(error instanceof ShipError)) throw error;
    to.say(`error: ${error.message}`);
    return code || (error instanceof UsageError ? 2 : 1);
  } finally {
    for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
  }
}

async function command(
  [name, ...args]: readonly string[],
  to: ShipOutput,
  signal: AbortSignal,
): Promise<void> {
  if (name === "build") return await build(args, to, signal);
  if (name === "image") return await image(args, to, signal);
  if (name === "--help" || name === "-h" || name === "help") return to.print(USAGE);
  throw new UsageError(
    name === undefined
      ? "Cannot ship as there is no command: build or image; --help tells more"
      : `Cannot ship as ${name} is no command of it: build and image are; --help tells more`,
  );
}

async function build(args: readonly string[], { print, say }: ShipOutput, signal: AbortSignal): Promise<void> {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const { values, positionals } = parse(joined(args.slice(0, end), ["--permissions", "--arguments"]), BUILD);
  if (values.help) return print(USAGE);
  const [main, ...more] = positionals;
  if (main === undefined) throw new UsageError("Cannot build as the program's main module is missing: build MAIN.ts");
  if (more.length > 0) throw new UsageError(`Cannot build as there is more than one main module: ${main}, ${more[0]}`);
  const { output, target, permissions, include } = values;
  const built = await buildExecutable({
    main,
    ...(output !== undefined && { output }),
    ...(target !== undefined && { target }),
    ...(permissions && { permissions: (await Promise.all(permissions.map(readPermissions))).flat() }),
    ...(values.for !== undefined && { for: values.for as "pod" }),
    ...(values.arguments && { arguments: values.arguments.flatMap(words) }),
    ...(include && { include }),
    bundle: !values["no-bundle"],
    flags: [...args.slice(end + 1), ...values["no-check"] ? ["--no-check"] : []],
    signal,
  });
  say(`${built.path} is made: ${megabytes(built.bytes)}, ${built.permissions.join(" ") || "no permissions"}`);
}

async function image(args: readonly string[], { print, say }: ShipOutput, signal: AbortSignal): Promise<void> {
  const { values, positionals } = parse(args, IMAGE);
  if (values.help) return print(USAGE);
  if (positionals.length === 0) throw new UsageError("Cannot make an image as the binary is missing: image BINARY");
  const { output, base, name, label, env } = values;
  if (output === undefined) throw new UsageError("Cannot make an image as --output is missing");
  const built = await buildImage({
    binaries: positionals,
    output,
    ...(base !== undefined && { base }),
    ...(name !== undefined && { name }),
    ...(label && { labels: pairs("--label", label) }),
    ...(env && { env: pairs("--env", env) }),
    created: created(),
    signal,
  });
  say(`${built.path} is made: ${megabytes(built.bytes)}, ${built.digest}`);
}

/** The arguments, each of these options and its value in one: the value may begin with a dash then. */
function joined(args: readonly string[], options: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (options.includes(args[index - 1] ?? "")) return [];
    return options.includes(arg) && index + 1 < args.length ? [`${arg}=${args[index + 1]}`] : [arg];
  });
}

/** Flags, or the path of a file with what `permissions --format json` prints. */
async function readPermissions(text: string): Promise<string[]> {
  if (text.startsWith("-") || text.trim() === "") return words(text);
  const content = await readFile(text, "utf8").catch((cause) => {
    throw new ShipError(`Cannot read ${text} of --permissions: ${cause.message}`, { cause });
  });
  const needs = readNeeds(content);
  if (needs) return formatPermissionFlags(needs);
  throw new ShipError(`Cannot read ${text} of --permissions as it must hold what permissions --format json prints`);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** @throws {UsageError} If the arguments do not fit the options. */
function parse<O extends NonNullable<ParseArgsConfig["options"]>>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const [line = ""] = (cause as Error).message.split("\n");
    throw new UsageError(`${line.replace(/\. To specify a positional argument.*$/, "")}; --help tells more`, { cause });
  }
}

function pairs(flag: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    throw new UsageError(`Cannot read ${flag} as it must be a name and a value joined by =: current value is ${text}`);
  }));
}

/** When the image was made, as reproducible builds agree on it. */
function created(): Date {
  const text = Deno.env.get("SOURCE_DATE_EPOCH") || "0";
  const date = new Date(Number(text) * 1000);
  if (/^\d+$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new UsageError(
    `Cannot make an image as SOURCE_DATE_EPOCH must be seconds since 1970: current value is ${text}`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
