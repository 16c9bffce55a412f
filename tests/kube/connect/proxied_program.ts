/** Tells which flags connecting takes, or makes a request: by itself, as permissions and variables are those of a whole process. */

import { connect, connectionPermissions, formatPermissionFlags, toApiError } from "../../../lib/kube/mod.ts";

if (import.meta.main) {
  const [what, kubeconfig = ""] = Deno.args;
  const told = what === "flags"
    ? formatPermissionFlags(await connectionPermissions({ kubeconfig })).join("\n")
    : await ask(kubeconfig);
  Deno.stdout.writeSync(new TextEncoder().encode(told));
  Deno.exit();
}

async function ask(kubeconfig: string): Promise<string> {
  try {
    using client = await connect({ kubeconfig });
    await client.performRequest({ method: "GET", path: "/api" });
    return `by ${client.transport}`;
  } catch (thrown) {
    const error = toApiError(thrown);
    return `${Deno.inspect(error, { depth: 20 })} ${Deno.inspect(thrown, { depth: 20 })}`;
  }
}
