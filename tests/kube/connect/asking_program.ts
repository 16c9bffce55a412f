/**
 * Makes a write by each kubeconfig, one after the other, and prints what came of each as a line of JSON. By itself, as its
 * permissions and variables are those of a whole process: `deno run asking_program.ts KUBECONFIG…`.
 */

import { connect, ConnectionError, send } from "../../../lib/kube/mod.ts";
import { ConfigMap } from "../../../lib/kube/kinds/mod.ts";
import { systemClock, systemRandom } from "../../../lib/time/mod.ts";

/** What became of one write. */
export interface Asked {
  /** What it went over, in the end. */
  readonly transport: string;
  /** Absent when it went well. */
  readonly error?: { readonly name: string; readonly sent: string | undefined; readonly message: string };
}

if (import.meta.main) {
  for (const kubeconfig of Deno.args) {
    Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(await ask(kubeconfig))}\n`));
  }
}

async function ask(kubeconfig: string): Promise<Asked> {
  using client = await connect({ kubeconfig });
  try {
    const request = {
      verb: "create",
      kind: ConfigMap,
      namespace: "n",
      body: { metadata: { generateName: "a-" } },
    } as const;
    await send({ client, clock: systemClock, random: systemRandom }, request);
    return { transport: client.transport };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    const sent = thrown instanceof ConnectionError ? thrown.sent : undefined;
    return { transport: client.transport, error: { name, sent, message } };
  }
}
