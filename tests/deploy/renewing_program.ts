/**
 * Connects, revokes what is spent, and then asks the server for the client's name: at each line that it gets, a minute later
 * by its clock. Takes a kubeconfig and the transport.
 */

import { revokeExcept } from "@staircase/operator/deploy";
import { VirtualClock } from "@staircase/operator/testing";
import { toClient } from "../../lib/kube/connect/connect.ts";
import { denoHost } from "../../lib/kube/connect/found/host.ts";
import type { TransportKind } from "../../lib/kube/mod.ts";
import { locate } from "../../lib/kube/connect/sources/locate.ts";
import { tell } from "../cluster/tell.ts";

if (import.meta.main) {
  const [kubeconfig, transport] = Deno.args as [string, TransportKind?];
  const clock = new VirtualClock();
  using client = await toClient(await locate({ kubeconfig, ...(transport && { transport }) }, denoHost), clock);
  await revokeExcept(client.needs, client.spent);
  for await (const _ of Deno.stdin.readable) {
    await clock.advance(60_000);
    tell(await client.performRequest({ method: "GET", path: "/api", expectJson: true }));
  }
}
