/** The program as a process: what it needs no permission for, and how it ends when nobody reads. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatPermissionFlags } from "../../lib/doors/cluster.ts";
import { EmbeddedCluster, serveEmbedded } from "../../lib/testing/mod.ts";
import { TextLineStream } from "../cluster/text_lines.ts";
import { CHECKOUT } from "../packaging/programs.ts";

const PROGRAM = `${CHECKOUT}tests/cli/program.ts`;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program by a line of a shell, in which it is called `greeter`. */
async function shell(line: string, flags = "", env: Record<string, string> = {}): Promise<Ended> {
  const program = `greeter() { "${Deno.execPath()}" run --no-check --no-prompt ${flags} "${PROGRAM}" "$@"; }`;
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", `${program}\n${line}`],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("all that prints about the operator works without any permission, and asks for none", async () => {
  for (
    const command of [
      ...["--help", "version", "crd", "graph", "graph --format svg", "permissions", "completions bash"],
      ...["manifests --image registry.example/greeter:1", "manifests --image x --format json"],
    ]
  ) {
    const { code, out, err } = await shell(`greeter ${command}`);
    assertEquals([code, out === "", /allow|permission/i.test(err)], [0, false, false], err);
  }
});

Deno.test("a variable is read if the process may read it, and is otherwise as if it were not set", async () => {
  const env = { OPERATOR_PORT: "nonsense" };
  const blind = await shell("greeter run --kubeconfig /is/not/there", "--allow-read", env);
  assertEquals([blind.code, blind.err], [1, "error: Cannot use kubeconfig /is/not/there as it is not there\n"]);
  const seeing = await shell("greeter run --kubeconfig /is/not/there", "--allow-read --allow-env=OPERATOR_PORT", env);
  assertStringIncludes(seeing.err, 'error: invalid value "nonsense" for OPERATOR_PORT');
});

Deno.test("`run` without permissions is one line with the flags that are missing", async () => {
  const { code, out, err } = await shell("greeter");
  assertEquals([code, out, err.split("\n").length], [1, "", 2]);
  assertStringIncludes(err, "error: Cannot find a cluster as no source has one: kubeconfig: env permission is missing");
});

Deno.test("output that nobody reads to its end, or that is closed, is no error", async () => {
  for (
    const line of [
      "greeter graph --format svg | head -c 5",
      "greeter crd | true",
      "greeter graph >&-",
      "greeter version <&-",
    ]
  ) {
    assertEquals((await shell(line)).err, "", line);
  }
  assertEquals((await shell("greeter nonsense 2>&-")).code, 1);
});

Deno.test("output that cannot be written is an error", async () => {
  const { code, err } = await shell("greeter graph > /dev/full");
  assertEquals([code, err.startsWith("error: No space left")], [1, true], err);
});

Deno.test("the manifests are not written without permission, and the error names the flags", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code, err } = await shell(`greeter manifests --image x --output ${folder}/a`);
    const flags = `--allow-read=${folder}/a --allow-write=${folder}/a`;
    assertEquals(
      err,
      `error: Cannot write to ${folder}/a as read and write permissions are missing: run with ${flags}\n`,
    );
    assertEquals([code, await Array.fromAsync(Deno.readDir(folder))], [1, []]);
    assertEquals((await shell(`greeter manifests --image x --output ${folder}/a`, flags)).code, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const args of [[], ["--no-revoke"]]) {
  const what = args.length === 0 ? "keeps only what it needs from then on" : "keeps all with --no-revoke";
  Deno.test(`an operator serves with exactly the permissions that it prints, ${what}, and ends with code 0`, async () => {
    using cluster = new EmbeddedCluster();
    await using server = serveEmbedded(cluster);
    const folder = await Deno.makeTempDir();
    try {
      const kubeconfig = `${folder}/config`;
      await Deno.writeTextFile(kubeconfig, JSON.stringify(kubeconfigOf(server.url)));
      const env = { KUBECONFIG: kubeconfig, GREETER_DEPTH: "5", NO_COLOR: "1" };
      const flags = ["--for", "kubeconfig", "--port", "0", "--host", "127.0.0.1", "--format", "json"];
      const printed = await shell(`greeter permissions ${flags.join(" ")}`, "--allow-read --allow-env", env);
      const process = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-check", "--no-prompt", ...formatPermissionFlags(JSON.parse(printed.out)), PROGRAM],
          ...["run", "--port", "0", "--host", "127.0.0.1", ...args],
        ],
        env,
        ...{ stdin: "null", stdout: "piped", stderr: "piped" },
      }).spawn();
      const errors = new Response(process.stderr).text();
      let left: string | undefined;
      for await (const line of process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
        const { message, kept, controller } = JSON.parse(line);
        if (kept !== undefined) left = kept;
        if (message === "ready" && controller === "keeper") process.kill("SIGTERM");
      }
      assertEquals([(await process.status).code, await errors], [0, ""]);
      assertEquals(left, args.length === 0 ? `net=${new URL(server.url).host}` : undefined);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("told to end while it installs its kinds, an operator ends at once with code 0", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    asked.resolve();
    return answer.promise;
  });
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/config`, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${server.addr.port}`)));
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", "-A", PROGRAM, "--kubeconfig", `${folder}/config`],
      env: { NO_COLOR: "1" },
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    const output = process.output();
    await Promise.race([asked.promise, output]);
    process.kill("SIGTERM");
    const { code, stdout, stderr } = await output;
    answer.resolve(new Response());
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const { message, operator, version } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals([message, operator, version], ["starting", "greeter", "1.2.3"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function kubeconfigOf(server: string) {
  return {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "here",
    "contexts": [{ name: "here", context: { cluster: "here", user: "here" } }],
    "clusters": [{ name: "here", cluster: { server } }],
    "users": [{ name: "here", user: {} }],
  };
}
