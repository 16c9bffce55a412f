/**
 * The way into a pod: the program is asked for its permissions, becomes an executable, the executable an image, and the image
 * runs in exactly its root.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { TypedClient } from "../../lib/client/mod.ts";
import { deploymentStandIn, EmbeddedCluster, serveEmbedded } from "../../lib/testing/mod.ts";
import { Foo } from "../../examples/simple.ts";
import { hasOpenssl, makeIdentity, makePki } from "../kube/connect/pki.ts";
import { eventually } from "../cluster/eventually.ts";
import { canRunPods, ServiceAccountFolder, startPod, unpackImage } from "./pod_root.ts";
import { CHECKOUT, compilerAtHand, run, temporaryFolder } from "./programs.ts";
import { startTlsFront } from "./tls_front.ts";

const compiler = compilerAtHand();

Deno.test({
  name: "in its image's root, read-only, as nobody, with no network but the API server, an operator does its work",
  // It takes Deno's runtime part (DENORT_BIN, DENO_2_6), root, and programs that unpack images and run them.
  ignore: compiler === undefined || !await canRunPods() || !await hasOpenssl(),
  fn: async () => {
    await using folder = await temporaryFolder();
    const [binary, archive] = [`${folder.path}/operator`, `${folder.path}/operator.tar`];
    await ship(["build", "examples/simple.ts", "--output", binary]);
    await ship(["image", binary, "--output", archive]);
    const inside = async (name: string) => {
      await Deno.mkdir(`${folder.path}/${name}`);
      return `${folder.path}/${name}`;
    };
    await Deno.chmod(folder.path, 0o755);
    const image = await unpackImage(archive, await inside("image"));
    assertEquals([image.user.uid, image.user.gid], [65532, 65532]);

    using cluster = new EmbeddedCluster();
    await using _standIn = deploymentStandIn(cluster, { readyAfter: 10 });
    await using plain = serveEmbedded(cluster);
    const pki = await makePki(await inside("pki"));
    const identity = await makeIdentity(`${folder.path}/pki`, pki.authority, "kubernetes.default.svc");
    await using front = await startTlsFront(identity, plain.url);
    const account = new ServiceAccountFolder(await inside("account"));
    await account.write({
      token: "embedded",
      ca: await Deno.readTextFile(pki.authority.certificate),
      namespace: "default",
    });

    await using pod = await startPod({
      image,
      folder: await inside("pod"),
      serviceAccount: account.path,
      server: { hostname: "127.0.0.1", port: front.port },
      args: ["run", "--port", "8080"],
    });
    await eventually(async () => (await pod.fetch("/readyz")).status === 200, { within: 20_000 })
      .catch((error) => Promise.reject(new Error(`${error.message}: ${pod.output()}`)));
    const client = new TypedClient(cluster);
    await client.create(Foo, { metadata: { name: "hello", namespace: "default" }, spec: { replicas: 2 } });
    await eventually(async () => (await client.get(Foo, "hello", { namespace: "default" }))?.status?.ready === 2, {
      within: 20_000,
    });
    await assertConfined(await pod.pid());
    await pod.kill("SIGTERM");
    assertEquals((await pod.ended).code, 0, pod.output());
  },
});

/** Holds the process to what a restricted pod is, as the kernel tells it. */
async function assertConfined(pid: number): Promise<void> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  assertMatch(status, /^Uid:\s+65532\s+65532\s+65532\s+65532$/m);
  assertMatch(status, /^CapEff:\s+0+$/m);
  assertMatch(status, /^NoNewPrivs:\s+1$/m);
  const mounts = (await Deno.readTextFile(`/proc/${pid}/mountinfo`)).trim().split("\n").map((line) => line.split(" "));
  const writable = mounts.filter(([, , , , , options = ""]) => !options.startsWith("ro")).map(([, , , , at]) => at!);
  assert(mounts.some(([, , , , at, options = ""]) => at === "/" && options.startsWith("ro")), "its root is read-only");
  assertEquals(writable.filter((at) => !/^\/(proc|dev)(\/|$)/.test(at)), []);
  const interfaces = (await Deno.readTextFile(`/proc/${pid}/net/dev`)).trim().split("\n").slice(2);
  assertEquals(interfaces.map((line) => line.trim().split(":")[0]), ["lo"]);
}

/** Runs the command, with the Deno of which the runtime part is at hand. */
async function ship(args: readonly string[]): Promise<void> {
  // A network may have a certificate authority of its own.
  const env = { DENORT_BIN: compiler!.denort, DENO_TLS_CA_STORE: "mozilla,system" };
  const { code, stderr } = await run(compiler!.deno, ["run", "-A", `${CHECKOUT}lib/ship/mod.ts`, ...args], { env });
  assertEquals(code, 0, stderr);
}
