/** The show of the two controllers: two seats, three claims, and one that goes. */

import { ConfigMap } from "@staircase/operator/kinds";
import { Stage } from "../stage.ts";
import { claims } from "./claim.ts";
import { Claim, Pool } from "./kinds.ts";
import { pools } from "./pool.ts";

/** Shows it on an embedded cluster. */
export async function demonstrate(): Promise<void> {
  await using stage = Stage.embedded("examples/multi/main.ts");
  await play(stage, "licences");
  stage.close();
}

/** What happens, on any cluster, around a pool of some name. */
export async function play(stage: Stage, pool: string): Promise<void> {
  await stage.install(Pool, Claim);
  await stage.serve(pools, claims);
  const seats = (count: number) => ({ spec: { seats: count } });
  const claim = (name: string) => stage.user.create(Claim, { metadata: { name }, spec: { pool } });
  const hasTicket = (name: string) => stage.settled(ConfigMap, name, ({ data }) => data?.["pool"] === pool);

  await stage.scene(
    `A user makes the pool ${pool} with 2 seats`,
    () => stage.user.create(Pool, { metadata: { name: pool }, ...seats(2) }),
    stage.settled(Pool, pool, ({ status }) => status?.claims.length === 0),
  );
  await stage.scene("Ann claims a seat", () => claim("ann"), hasTicket("ann"));
  await stage.scene("Ben claims a seat", () => claim("ben"), hasTicket("ben"));
  await stage.scene(
    "Cem claims a seat, and has to wait",
    () => claim("cem"),
    ({ key, result }) => key.endsWith("/cem") && result.outcome === "Stopped",
  );
  await stage.scene("Ann leaves", () => stage.user.delete(Claim, "ann"), hasTicket("cem"));
  await stage.scene(
    "The pool shrinks to 1 seat: Cem came last",
    () => stage.user.patch(Pool, pool, { merge: seats(1) }),
    async () => await stage.user.get(ConfigMap, "cem") === undefined,
  );
  await stage.end();
  await stage.user.delete(Pool, pool);
}
