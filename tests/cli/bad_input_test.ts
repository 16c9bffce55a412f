/** Whatever is typed wrong: one clear line and where to read more, exit code 1, nothing printed, nothing written. */

import { assert, assertEquals } from "@std/assert";
import { call } from "./fixture.ts";

/** What is typed, the line, and whose help is named; the last is the program's own if it is `""`. */
const CASES: readonly (readonly [args: readonly string[], line: string, help: string])[] = [
  // Commands.
  [["mainfests"], 'unknown command "mainfests", did you mean manifests?', ""],
  [["serve"], 'unknown command "serve"', ""],
  [[""], 'unknown command ""', ""],
  [["constructor"], 'unknown command "constructor"', ""],
  [["help", "nope"], 'unknown command "nope"', ""],
  [["RUN"], 'unknown command "RUN"', ""],
  [["complete"], 'unknown command "complete"', ""],
  // Flags of any command.
  [["--prot", "80"], "unknown flag: --prot, did you mean --port?", "run"],
  [["run", "-x"], "unknown flag: -x", "run"],
  [["--constructor"], "unknown flag: --constructor", "run"],
  [["--__proto__", "x"], 'unexpected argument "--__proto__"', "run"],
  [["--no-port"], "unknown flag: --no-port", "run"],
  [["--port"], "flag needs a value: --port", "run"],
  [["--port", "--host", "a"], "flag needs a value: --port", "run"],
  [["--port", "1", "--port", "2"], '--port is given twice: "1" and "2"', "run"],
  [["--events", "--no-events"], "--events and --no-events cannot be used together", "run"],
  [["run", "run"], 'unexpected argument "run"', "run"],
  [["run", "--", "x"], 'unexpected argument "--"', "run"],
  [["run", "--help=yes"], "unknown flag: --help", "run"],
  // Values of `run`.
  [["--port", "99999"], 'invalid value "99999" for --port: it must be a whole number from 0 to 65535', "run"],
  [["--port", "-5"], 'invalid value "-5" for --port: it must be a whole number from 0 to 65535', "run"],
  [["--port", "8e1"], 'invalid value "8e1" for --port: it must be a whole number from 0 to 65535', "run"],
  [["--port=80\n"], 'invalid value "80\\n" for --port: it must be a whole number from 0 to 65535', "run"],
  [["--port", ""], 'invalid value "" for --port: it is empty', "run"],
  [["--host", "a"], "--host is given without --port", "run"],
  [["--host", "a b", "--port", "0"], 'invalid value "a b" for --host: it must be a host name or an address', "run"],
  [
    ["--host", "256.1.1.1", "--port", "0"],
    'invalid value "256.1.1.1" for --host: it must be a host name or an address',
    "run",
  ],
  [["--host", "1:2", "--port", "0"], 'invalid value "1:2" for --host: it must be a host name or an address', "run"],
  [["--namespace="], 'invalid value "" for --namespace: it is empty', "run"],
  [["--namespace", "a,,b"], 'invalid value "" for --namespace: it is empty', "run"],
  [["--namespace", "Ü"], 'invalid value "Ü" for --namespace: it must be the name of a namespace, or * for all', "run"],
  [["--namespace", "a,*"], "--namespace is either * for all, or names of namespaces", "run"],
  [["--concurrency", "0"], 'invalid value "0" for --concurrency: it must be a whole number from 1 to 10000', "run"],
  [["--log-level", "loud"], 'invalid value "loud" for --log-level: it must be debug, info, warn or error', "run"],
  [["--log-format", "xml"], 'invalid value "xml" for --log-format: it must be text or json', "run"],
  [["--events=maybe"], 'invalid value "maybe" for --events: it must be true or false', "run"],
  [
    ["--shutdown-timeout", "5"],
    'invalid value "5" for --shutdown-timeout: it must be a duration such as 30s or 500ms (units ms, s, m, h)',
    "run",
  ],
  [["--depth", "deep"], "Cannot use --depth: it must be a digit", "run"],
  // Other commands.
  [["version", "x"], 'unexpected argument "x"', "version"],
  [["version", "--depth", "3"], "unknown flag: --depth", "version"],
  [["completions"], "SHELL is missing", "completions"],
  [["completions", "ksh"], 'invalid value "ksh" for SHELL: it must be one of bash, zsh, fish', "completions"],
  [["completions", "bash", "zsh"], 'unexpected argument "zsh"', "completions"],
  [["crd", "x"], 'unexpected argument "x"', "crd"],
  [["crd", "--depth", "deep"], "Cannot use --depth: it must be a digit", "crd"],
  [["graph", "--format", "png"], 'invalid value "png" for --format: it must be text, mermaid or svg', "graph"],
  [["permissions", "--for", "moon"], 'invalid value "moon" for --for: it must be pod or kubeconfig', "permissions"],
  [
    ["permissions", "--kubeconfig", "x"],
    "--kubeconfig and --context are for --for kubeconfig: in a pod there is its account",
    "permissions",
  ],
  [
    ["manifests"],
    "required flag --image is missing: the image of the operator, such as registry.example/team/simple:1.2.0",
    "manifests",
  ],
  [["manifests", "--image", "x", "--format", "helm"], "--format helm needs --output with a folder", "manifests"],
  [["manifests", "--image", "x", "--output", ""], 'invalid value "" for --output: it is empty', "manifests"],
  [
    ["manifests", "--image", "x", "--run-as-user", "me"],
    'invalid value "me" for --run-as-user: it must be a whole number, or none',
    "manifests",
  ],
  [
    ["manifests", "--image", "x", "--label", "a"],
    'invalid value "a" for --label: it must be a name, an equals sign and a value',
    "manifests",
  ],
  [["manifests", "--image", "x", "--label", "a=1,a=2"], "--label has a twice", "manifests"],
  [["manifests", "--image", "x", "--affinity", "["], 'invalid value "[" for --affinity: it must be JSON', "manifests"],
  [
    ["manifests", "--image", "x", "--toleration", "[1]"],
    'invalid value "[1]" for --toleration: it must be a JSON object',
    "manifests",
  ],
  [
    ["manifests", "--image", "x", "--no-network-policy", "--api-server-port", "443"],
    "--api-server-port and --api-server-cidr are for a NetworkPolicy, which --no-network-policy leaves out",
    "manifests",
  ],
  [
    ["manifests", "--image", "x", "--watch-namespace", "*,a"],
    "--watch-namespace is either * for all, or names of namespaces",
    "manifests",
  ],
];

for (const [args, line, help] of CASES) {
  Deno.test(`greeter ${args.map((arg) => JSON.stringify(arg)).join(" ")} is refused in one line, and does nothing`, async () => {
    const { code, out, err } = await call(args);

    const more = help === "" ? "greeter" : `greeter ${help}`;
    assertEquals(err, `error: ${line}\nSee '${more} --help' for usage.\n`);
    assertEquals([code, out], [1, ""]);
  });
}

Deno.test("an option of the manifests that is wrong is refused in one line, and no file is written", async () => {
  for (
    const wrong of [["--image", "UPPER case"], ["--image", "x", "--replicas", "7"], [
      "--image",
      "x",
      "--run-as-user",
      "0",
    ], [
      "--image",
      "x",
      "--namespace",
      "Ü",
    ]]
  ) {
    for (const format of ["yaml", "json", "kustomize", "helm"]) {
      await using folder = await temporaryFolder();
      const { code, out, err } = await call([
        "manifests",
        ...wrong,
        "--format",
        format,
        "--output",
        `${folder.path}/a`,
      ]);
      assertEquals([code, out, err.split("\n").length], [1, "", 3]);
      assert(err.startsWith("error: Cannot make manifests as "), err);
      assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
    }
  }
});

Deno.test("a variable that is wrong is named in the error; one that is empty is as if it were not set", async () => {
  const wrong = await call(["run"], { env: { OPERATOR_PORT: "abc" } });
  assertEquals(
    wrong.err,
    'error: invalid value "abc" for OPERATOR_PORT: it must be a whole number from 0 to 65535\n' +
      "See 'greeter run --help' for usage.\n",
  );
  const empty = await call(["--depth", "x"], { env: { OPERATOR_PORT: "" } });
  assert(empty.err.startsWith("error: Cannot use --depth: "), empty.err);
});

Deno.test("a flag of the operator's own that takes the name of another is an error that names both", async () => {
  const flags = (name: string) => ({ [name]: { description: "mine", default: "1" } });
  const { operator } = await import("./fixture.ts");
  for (
    const [name, command, why] of [
      ["port", "run", "the command run has a flag of this name"],
      ["image", "manifests", "the command manifests has a flag of this name"],
      ["no-port", "run", "no- is for what turns a flag off"],
      ["help", "run", "it is for help"],
      ["n", "run", "a name must have two letters or more"],
    ] as const
  ) {
    const { code, err } = await call([command], { operator: { ...operator, flags: flags(name) } });
    assertEquals([code, err], [1, `error: Cannot define the flag --${name} as ${why}: give it another name\n`]);
  }
});

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
