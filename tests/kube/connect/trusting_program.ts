/** Makes one request with a kubeconfig, and prints what came of it. By itself, as the roots are those of a whole process. */

import { connect, ConnectionError, toApiError } from "../../../lib/kube/mod.ts";

if (import.meta.main) {
  const [kubeconfig = ""] = Deno.args;
  const told = await ask(kubeconfig);
  Deno.stdout.writeSync(new TextEncoder().encode(told));
  Deno.exit();
}

async function ask(kubeconfig: string): Promise<string> {
  using client = await connect({ kubeconfig });
  try {
    await client.performRequest({ method: "GET", path: "/api" });
    return "trusted";
  } catch (thrown) {
    const error = toApiError(thrown);
    return error instanceof ConnectionError ? `${error.failure}: ${error.message}` : String(error);
  }
}
