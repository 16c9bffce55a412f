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
import { startContainer } from "../cluster/node/container.ts";
import { PodNetwork } from "../cluster/node/pod_network.ts";
import { SwitchedFolder } from "../cluster/node/switched_folder.ts";
import { canRunPods, unpackImage } from "./unpacked_image.ts";
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
    const account = new SwitchedFolder(await inside("account"));
    await account.write({
      token: "embedded",
      "ca.crt": await Deno.readTextFile(pki.authority.certificate),
      namespace: "default",
    });

    await using network = await PodNetwork.create(`https://127.0.0.1:${front.port}`);
    await Deno.writeTextFile(`${folder.path}/hosts`, network.hosts);
    const container = await startContainer({
      root: image.root,
      readOnly: true,
      ...{ user: image.user.uid, group: image.user.gid, network: network.name, scratch: [], env: {} },
      mounts: [
        { from: account.path, to: "/var/run/secrets/kubernetes.io/serviceaccount" },
        { from: `${folder.path}/hosts`, to: "/etc/hosts" },
      ],
      command: [...image.entrypoint, "run", "--port", "8080"],
    });
    await using _end = {
      async [Symbol.asyncDispose]() {
        await container.kill("SIGKILL");
        await container.ended;
      },
    };
    const isReady = async () => {
      const answer = await fetch(`http://${network.address}:8080/readyz`);
      await answer.body?.cancel();
      return answer.ok;
    };
    await eventually(isReady, { within: 20_000 })
      .catch((error) => Promise.reject(new Error(`${error.message}: ${container.log()}`)));
    const client = new TypedClient(cluster);
    await client.create(Foo, { metadata: { name: "hello", namespace: "default" }, spec: { replicas: 2 } });
    await eventually(async () => (await client.get(Foo, "hello", { namespace: "default" }))?.status?.ready === 2, {
      within: 20_000,
    });
    await assertConfined((await container.pid())!);
    await container.kill("SIGTERM");
    assertEquals(await container.ended, 0, container.log());
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
  // One route, to the four addresses of which one is the API server's; none to anywhere else.
  const routes = (await Deno.readTextFile(`/proc/${pid}/net/route`)).trim().split("\n").slice(1);
  assertEquals(routes.map((line) => line.split(/\s+/)[7]), ["FCFFFFFF"]);
}

/** Runs the command, with the Deno of which the runtime part is at hand. */
async function ship(args: readonly string[]): Promise<void> {
  // A network may have a certificate authority of its own.
  const env = { DENORT_BIN: compiler!.denort, DENO_TLS_CA_STORE: "mozilla,system" };
  const { code, stderr } = await run(compiler!.deno, ["run", "-A", `${CHECKOUT}lib/ship/mod.ts`, ...args], { env });
  assertEquals(code, 0, stderr);
}
