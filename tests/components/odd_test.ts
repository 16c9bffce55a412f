/** Odd bodies of every kind, on the embedded cluster. */

import { installCrd } from "../../mod.ts";
import { EmbeddedCluster } from "../../lib/testing/mod.ts";
import { Odd } from "./odd_bodies.ts";
import { Trials } from "./odd_trials.ts";
import { Site } from "./parts.ts";

Deno.test("every kind comes to rest after at most three writes: changes by others are corrected, restarts write nothing", async () => {
  using cluster = new EmbeddedCluster();
  await installCrd(cluster, Site);
  await installCrd(cluster, Odd);
  const trials = new Trials(
    cluster,
    (method, path, body) =>
      cluster.performRequest(
        { method, path, expectJson: true, ...(body !== undefined && { bodyJson: body }) } as never,
      ),
  );
  await trials.run(5);
});
