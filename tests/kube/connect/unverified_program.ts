/**
 * Makes a request with each of the kubeconfigs that are named, one after the other, and prints what came of them. By itself, so
 * that any Deno can run it, and that what one asks for could show in the others.
 */

import { connect, ConnectionError, toApiError } from "../../../lib/kube/mod.ts";

if (import.meta.main) {
  const told: string[] = [];
  for (const kubeconfig of Deno.args) told.push(await ask(kubeconfig));
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(told)));
  Deno.exit();
}

async function ask(kubeconfig: string): Promise<string> {
  using client = await connect({ kubeconfig });
  try {
    await client.performRequest({ method: "GET", path: "/api" });
    return "answered";
  } catch (thrown) {
    const error = toApiError(thrown);
    return error instanceof ConnectionError ? `${error.failure}: ${error.message}` : String(error);
  }
}
