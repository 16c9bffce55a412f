/**
 * Writes, eight at once, for so long; then prints a line of JSON for each write: what came of it. By itself, so that any Deno can
 * run it: `deno run -A loading_program.ts KUBECONFIG MILLISECONDS IDLE`. Half of its workers pause now and then, for about as long as
 * what stands before the server keeps a connection that is idle.
 */

import { connect, type ConnectedClient, ConnectionError, type KubeRequest, send } from "../../lib/kube/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { systemClock, systemRandom } from "../../lib/time/mod.ts";

/** What became of one write. */
export interface Loaded {
  /** Stands in its path: `n-MARK`. */
  readonly mark: string;
  /** Absent when it went well. */
  readonly error?: { readonly name: string; readonly sent: string | undefined; readonly message: string };
}

const WRITES: readonly Omit<KubeRequest, "kind" | "namespace">[] = [
  { verb: "create", body: { metadata: { generateName: "a-" } } },
  { verb: "update", name: "a", body: { data: { long: "x".repeat(20_000) } } },
  { verb: "patch", name: "a", body: {}, contentType: "application/merge-patch+json" },
  { verb: "delete", name: "a", body: { kind: "DeleteOptions" } },
];

const AT_ONCE = 8;

if (import.meta.main) {
  const [kubeconfig = "", milliseconds = "", idle = ""] = Deno.args;
  using client = await connect({ kubeconfig });
  const told: Loaded[] = [];
  const end = Date.now() + Number(milliseconds);
  await Promise.all(Array.from({ length: AT_ONCE }, async (_, worker) => {
    for (let number = 0; Date.now() < end; number++) {
      told.push(await write(client, `${worker}-${number}`, WRITES[number % WRITES.length]!));
      // Around the moment at which the other side closes; the other half of them never rests.
      if (worker % 2 === 0 && number % 25 === 24) await pause(Number(idle) + 10 * Math.random() - 5);
    }
  }));
  Deno.stdout.writeSync(new TextEncoder().encode(told.map((one) => JSON.stringify(one)).join("\n")));
}

async function write(client: ConnectedClient, mark: string, request: Omit<KubeRequest, "kind">): Promise<Loaded> {
  try {
    const how = { client, clock: systemClock, random: systemRandom };
    await send(how, { ...request, kind: ConfigMap, namespace: `n-${mark}` });
    return { mark };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return { mark, error: { name, message, sent: thrown instanceof ConnectionError ? thrown.sent : undefined } };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
