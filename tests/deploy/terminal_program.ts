/** Runs a step that wants what is not permitted, on a cluster in this process, and tells how the Run ended. */

import { defineSteps, serveController, silentLogger } from "@staircase/operator";
import { ConfigMap } from "@staircase/operator/kinds";
import { EmbeddedCluster } from "@staircase/operator/testing";
import { tellRun } from "../cluster/tell.ts";

if (import.meta.main) {
  using client = new EmbeddedCluster();
  const steps = defineSteps(ConfigMap).observe("trespass", () => Deno.env.get("HOME"));
  const { promise, resolve } = Promise.withResolvers<void>();
  await using _ = await serveController({
    ...{ resource: ConfigMap, steps, client, logger: silentLogger },
    onRun(report) {
      tellRun(report);
      resolve();
    },
  });
  await client.create(ConfigMap, { metadata: { name: "a" } });
  await promise;
}
