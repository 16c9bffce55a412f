/** Real files, servers and permissions for the tests of connecting. */

import { drawFirstRandom } from "../../../lib/wire/mod.ts";
import { variable } from "../../packaging/programs.ts";
import { kubeconfig, type KubeconfigParts } from "./fake_host.ts";

const flags = [{ name: "net" }, { name: "read" }, { name: "write" }, { name: "run" }] as const;
const states = await Promise.all(flags.map((flag) => Deno.permissions.query(flag)));
/** These tests write files, serve on this machine and run commands: `deno test -A`. */
export const ignore: boolean = states.some(({ state }) => state !== "granted");

/** The program of each Deno that these promises are kept on: this one, and the oldest that is supported, where it is named. */
export const denos: readonly (readonly [name: string, path: string | undefined])[] = [
  ["this Deno", Deno.execPath()],
  ["Deno 2.6", variable("DENO_2_6")],
];

/** Runs a program of this folder, and answers what it printed. */
export function runProgram(
  deno: string,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = ["-A"],
): Promise<string> {
  return runProgramAt(deno, new URL(name, import.meta.url), args, { env, flags });
}

/** Options of {@link runProgramAt}. */
export interface RunProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Of Deno. @default {["-A"]} */
  readonly flags?: readonly string[];
  /** How long it may run, in milliseconds: one that does not end fails its test, and not the whole suite. @default {600_000} */
  readonly longest?: number;
}

/** Runs a program, and answers what it printed. */
export async function runProgramAt(
  deno: string,
  program: URL,
  args: readonly string[],
  { env = {}, flags = ["-A"], longest = 600_000 }: RunProgramOptions = {},
): Promise<string> {
  const configuration = new URL("../../../deno.json", import.meta.url).pathname;
  const signal = AbortSignal.timeout(longest);
  const { success, stdout, stderr } = await new Deno.Command(deno, {
    args: ["run", "--no-check", ...flags, `--config=${configuration}`, program.pathname, ...args],
    env,
    signal,
  }).output();
  if (!success) throw new Error(`${program.pathname} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** A server that answers everything as `/api` is answered, and notes it. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** The path and the `Authorization` header of each request. */
  readonly requests: { path: string; authorization: string | null }[];
}

/** Starts a server on this machine. */
export function serve(tls?: { cert: string; key: string }): TestServer {
  const requests: TestServer["requests"] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {}, ...tls }, (request) => {
    const { pathname, search } = new URL(request.url);
    requests.push({ path: pathname + search, authorization: request.headers.get("authorization") });
    return Response.json({ kind: "APIVersions" });
  });
  const url = `${tls ? "https" : "http"}://127.0.0.1:${server.addr.port}`;
  return { url, requests, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A directory that goes away with the test. */
export interface Directory extends AsyncDisposable {
  readonly path: string;
  write(name: string, text: string): Promise<string>;
}

/** Makes a directory. */
export async function temporaryDirectory(): Promise<Directory> {
  const path = await Deno.makeTempDir();
  return {
    path,
    async write(name, text) {
      await Deno.writeTextFile(`${path}/${name}`, text);
      return `${path}/${name}`;
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/**
 * Writes a kubeconfig for a server. The first random numbers of the process are there then: who connects and asks for nothing
 * would leave their draw under way, as a program may, and a test must not.
 */
export async function writeConfig(directory: Directory, server: string, parts: KubeconfigParts = {}): Promise<string> {
  await drawFirstRandom();
  return await writeConfigAlone(directory, server, parts);
}

/** The same without the random numbers. */
export function writeConfigAlone(directory: Directory, server: string, parts: KubeconfigParts = {}): Promise<string> {
  return directory.write("config", kubeconfig({ ...parts, cluster: [`server: ${server}`, ...parts.cluster ?? []] }));
}

/** Whether `script` is there, which runs a program before a terminal. */
export async function hasScript(): Promise<boolean> {
  if (ignore || Deno.build.os !== "linux") return false;
  try {
    return (await new Deno.Command("script", { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    // Not there.
    return false;
  }
}
