/** The first example's operator as a process of its own: tells each Run as a line of JSON. Takes the path of a kubeconfig. */

import { connect, serveController } from "../../mod.ts";
import { controller } from "../../examples/simple.ts";

const [kubeconfig] = Deno.args;
const client = await connect({ kubeconfig });
const encoder = new TextEncoder();

/** Written at once, so that a line is out before the process can be killed. */
function tell(line: unknown): void {
  Deno.stdout.writeSync(encoder.encode(`${JSON.stringify(line)}\n`));
}

await using served = await serveController({
  ...controller,
  client,
  namespace: client.defaultNamespace ?? "default",
  onRun: ({ key, result }) => {
    const { outcome } = result;
    if (outcome === "Modified") tell({ key, outcome, change: result.change, effective: result.effective });
    else if (outcome === "Failed") tell({ key, outcome, error: result.error.message });
    else tell({ key, outcome });
  },
});
await served.ready;
tell({ ready: true });
await served.finished;
