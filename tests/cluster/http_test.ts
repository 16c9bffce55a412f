/** Probes and metrics of an operator on a real control plane. */

import { assertEquals } from "@std/assert";
import { connect, serveController, silentLogger } from "../../mod.ts";
import { controller } from "../../examples/simple.ts";
import { eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { SimpleFixture } from "./simple_fixture.ts";

const FOOS = 5;

clusterTest(
  "an operator tells of itself: alive and ready, and what it has done, as the API server saw it",
  async (cluster) => {
    await using fixture = await SimpleFixture.create(cluster);
    using client = await connect({ kubeconfig: fixture.kubeconfig });
    await using served = await serveController({
      ...controller,
      client,
      namespace: fixture.namespace,
      logger: silentLogger,
      handleSignals: false,
      http: { port: 0, hostname: "127.0.0.1" },
    });
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${served.addr!.port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    assertEquals((await ask("/livez")).status, 200);
    await served.ready;
    assertEquals((await ask("/readyz")).status, 200);

    await fixture.createFoos(FOOS);
    await fixture.converged(FOOS);
    const total = async (start: string) => {
      const lines = (await ask("/metrics")).text.split("\n").filter((line) => line.startsWith(start));
      return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    };
    // Finalizer, Secret, Deployment and status of each.
    const modified = 'staircase_runs_total{controller="foo",outcome="Modified"';
    await eventually(async () => await total(modified) >= FOOS * 4, { within: 10_000 });
    assertEquals(await total(modified), FOOS * 4);
    assertEquals(await total('staircase_runs_total{controller="foo",outcome="Failed"'), 0);
    assertEquals(await total("staircase_cache_objects") >= FOOS * 3, true);

    await cluster.stopApiServer("SIGKILL");
    try {
      // An API server that is away is no reason to restart this process.
      assertEquals((await ask("/livez")).status, 200);
    } finally {
      await cluster.startApiServer();
    }
    const { items } = await fixture.call("GET", "foos");
    await Promise.all(items.map(({ metadata }) => fixture.call("DELETE", `foos/${metadata.name}`)));
    await fixture.empty();
    assertEquals(await total(modified), FOOS * 6);
  },
);
