/**
 * Sends each kind of write over connections that end, and prints a line of JSON for each: what the module makes of it. By
 * itself, so that any Deno can run it: `deno run -A writing_program.ts KUBECONFIG URL own|wire|fetch BELL`.
 */

import { KubeConfig, KubeConfigRestClient } from "@cloudydeno/kubernetes-client";
import {
  type ClusterClient,
  connect,
  ConnectionError,
  type KubeRequest,
  send,
  type TransportKind,
} from "../../../lib/kube/mod.ts";
import { ConfigMap } from "../../../lib/kube/kinds/mod.ts";
import { systemClock, systemRandom } from "../../../lib/time/mod.ts";
import { armFor, ENDS, type NamedEnd } from "./ends.ts";

/** What became of one write. */
export interface Written {
  readonly end: string;
  readonly write: string;
  /** Absent when it went well. */
  readonly error?: { readonly name: string; readonly sent: string | undefined; readonly message: string };
}

const WRITES: Readonly<Record<string, Omit<KubeRequest, "kind" | "namespace">>> = {
  create: { verb: "create", body: { metadata: { generateName: "a-" } } },
  update: { verb: "update", name: "a", body: { data: {} } },
  patch: { verb: "patch", name: "a", body: [], contentType: "application/json-patch+json" },
  apply: { verb: "patch", name: "a", body: {}, contentType: "application/apply-patch+yaml" },
  delete: { verb: "delete", name: "a", body: { kind: "DeleteOptions" } },
};

/** Those that a user sends through the client itself, of a body or of none. */
const BARE = ["POST", "PUT", "PATCH", "DELETE"] as const;

if (import.meta.main) {
  const [kubeconfig = "", server = "", which = ""] = Deno.args;
  const client: ClusterClient & Partial<Disposable> = which === "own"
    ? await ownClient(kubeconfig, server)
    : await connect({ kubeconfig, transport: which as TransportKind });
  for (const end of ENDS) {
    for (const [write, request] of Object.entries(WRITES)) {
      await tell(
        client,
        end,
        write,
        (namespace) =>
          send({ client, clock: systemClock, random: systemRandom }, { ...request, kind: ConfigMap, namespace }),
      );
    }
    if (which === "own") continue;
    for (const method of BARE) {
      await tell(
        client,
        end,
        `bare ${method}`,
        (namespace) => client.performRequest({ method, path: `/bare/${namespace}` }),
      );
    }
  }
  client[Symbol.dispose]?.();
  Deno.exit();
}

async function tell(client: ClusterClient, end: NamedEnd, write: string, act: (namespace: string) => Promise<unknown>) {
  await client.performRequest({ method: "GET", path: "/arm", querystring: armFor(end) });
  if (end.endsWith("unused")) await ring();
  const namespace = `${ENDS.indexOf(end)}-${write.replace(" ", "-")}`;
  const told: Written = await act(namespace).then(() => ({ end, write }), (error) => {
    const { name, message } = error as Error;
    const sent = error instanceof ConnectionError ? error.sent : undefined;
    return { end, write, error: { name, sent, message } };
  });
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(told)}\n`));
}

/** Has the connections ended that nobody uses, and gives what is here a moment to notice. */
async function ring(): Promise<void> {
  using bell = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[3]) });
  await bell.read(new Uint8Array(1));
  await new Promise((resolve) => setTimeout(resolve, 20));
}

/** As somebody makes one who does not use `connect`. */
async function ownClient(kubeconfig: string, server: string): Promise<ClusterClient> {
  const authority = /certificate-authority: (\S+)/.exec(await Deno.readTextFile(kubeconfig))![1]!;
  const path = authority.startsWith("/") ? authority : kubeconfig.replace(/[^/]*$/, authority);
  return await KubeConfigRestClient.forKubeConfig(
    new KubeConfig({
      "apiVersion": "v1",
      "kind": "Config",
      "current-context": "a",
      "contexts": [{ name: "a", context: { cluster: "a" } }],
      "clusters": [{ name: "a", cluster: { server, "certificate-authority": path } }],
    }),
  );
}
