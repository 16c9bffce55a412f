/**
 * The operator of the soak as a process of its own. Each write carries a mark in its query, which the API server ignores and writes
 * to its audit log; what became of each is told as a line of JSON. Takes the path of a kubeconfig.
 */

import { type ClusterClient, connect, serveController } from "../../../mod.ts";
import { ConnectionError } from "../../../lib/doors/errors.ts";
import type { RequestOptions } from "../../../lib/kube/mod.ts";
import { ConfigMap, Secret } from "../../../lib/kube/kinds/mod.ts";
import { tell } from "../tell.ts";
import { MARK, type Written } from "./written.ts";
import { steps, Thing } from "./thing.ts";

const [kubeconfig] = Deno.args;
const client = await connect({ kubeconfig: kubeconfig! });
const start = crypto.randomUUID().slice(0, 8);
let writes = 0;

const performRequest = async (options: RequestOptions): Promise<unknown> => {
  if (options.method === "GET") return await client.performRequest(options as never);
  const mark = `${start}-${writes++}`;
  const querystring = new URLSearchParams(options.querystring);
  querystring.set(MARK, mark);
  const tellOf = (what: Omit<Written, "mark" | "method">) => tell({ mark, method: options.method, ...what });
  try {
    const answer = await client.performRequest({ ...options, querystring } as never);
    // What stands between answers for a server that it cannot reach in words, which are none of the API server's.
    tellOf({ end: isObject(answer) ? "well" : "words" });
    return answer;
  } catch (thrown) {
    if (thrown instanceof ConnectionError) tellOf({ end: thrown.sent === "no" ? "unsent" : "in doubt" });
    else if (thrown instanceof Error && "httpCode" in thrown) tellOf({ end: "refused", code: Number(thrown.httpCode) });
    else tellOf({ end: "given up" });
    throw thrown;
  }
};

/** As bytes, or read already. */
function isObject(answer: unknown): boolean {
  return answer instanceof Uint8Array ? answer[0] === "{".charCodeAt(0) : typeof answer === "object";
}

const marking: ClusterClient = Object.defineProperty(
  { ...client, performRequest: performRequest as ClusterClient["performRequest"] },
  "sendsOnce",
  { value: true },
);

await using served = await serveController({
  ...{ resource: Thing, steps, owns: [Secret, ConfigMap], client: marking },
  namespace: client.defaultNamespace ?? "default",
});
await served.ready;
tell({ ready: true });
await served.finished;
