/**
 * Asks each server that it is told of, and prints what the module makes of the failure, as a line of JSON. By itself, so that
 * any Deno can run it: `deno run -A failing_program.ts fetch|wire AUTHORITY.pem NAME=URL…`.
 */

import { toClient } from "../../../lib/kube/connect/connect.ts";
import { ConnectionError, toApiError } from "../../../lib/kube/mod.ts";

/** What became of one request. */
export interface FailedRequest {
  readonly name: string;
  readonly failure: string | undefined;
  readonly message: string;
}

if (import.meta.main) {
  const [which = "", authority = "", ...servers] = Deno.args;
  const pem = await Deno.readTextFile(authority);
  const client = Deno.createHttpClient({ caCerts: [pem], http2: false });
  for (const server of servers) {
    const [name = "", url = ""] = server.split(/=(.*)/s);
    const error = await (which === "wire" ? askByWire(pem, url) : ask(client, url));
    const failure = error instanceof ConnectionError ? error.failure : undefined;
    const told: FailedRequest = { name, failure, message: error instanceof Error ? error.message : String(error) };
    Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(told)}\n`));
  }
  Deno.exit();
}

async function ask(client: Deno.HttpClient, url: string): Promise<unknown> {
  const { origin, searchParams } = new URL(url);
  try {
    // For an end in the life of a connection, that connection first.
    if (searchParams.has("cut")) await (await fetch(url, { client } as RequestInit)).arrayBuffer();
    // A read would be sent again, and go well.
    const init = { method: "POST", body: new Blob(["{}"]), redirect: "error", client };
    await (await fetch(`${origin}/x?token=planted`, init as RequestInit)).arrayBuffer();
    return "no failure";
  } catch (error) {
    return toApiError(error);
  }
}

async function askByWire(authority: string, url: string): Promise<unknown> {
  const { origin, protocol, pathname, searchParams } = new URL(url);
  const isTls = protocol === "https:";
  using client = await toClient({
    ...{ source: "a test", namespace: undefined, user: {}, files: [], searchNeeds: {} },
    cluster: { server: origin, ...(isTls && { "certificate-authority-data": btoa(authority) }) },
  });
  try {
    const isFirst = searchParams.has("cut");
    if (isFirst) await client.performRequest({ method: "GET", path: pathname, querystring: searchParams });
    const querystring = new URLSearchParams({ token: "planted" });
    await client.performRequest({ method: "POST", path: "/x", querystring, bodyJson: {} });
    return "no failure";
  } catch (error) {
    return toApiError(error);
  }
}
