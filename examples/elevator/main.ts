/**
 * Elevators that move one floor per Run, drawn on a web page. Read `operator.ts` first.
 *
 * `deno run examples/elevator/main.ts` shows one on a cluster inside the process, without any permission. With
 * `--allow-net=127.0.0.1` it also serves the page, and rides until it is stopped. With all permissions it serves the
 * cluster of your kubeconfig and its pages: `deno run --allow-net --allow-read --allow-env examples/elevator/main.ts`.
 */

import { defineOperator, runOperator } from "@staircase/operator/cli";
import { say } from "../show.ts";
import { demonstrate } from "./demonstrate.ts";
import { mayListen, serveLive } from "./live.ts";
import { controllerFor } from "./operator.ts";

await runOperator(defineOperator({
  name: "elevator",
  description: "Elevators that move one floor per Run.",
  flags: { "page-port": { description: "the port of the pages, on 127.0.0.1", default: "8081", parse: portOf } },
  controllers: [controllerFor()],
  needs: ({ "page-port": port }) => ({ net: [`127.0.0.1:${port}`] }),
  alongside({ client, namespaces, flags: { "page-port": port } }) {
    const live = serveLive({ client, namespaces, port });
    say(`All elevators: ${live.url}`);
    return live;
  },
  withoutCluster: async ({ "page-port": port }) => await demonstrate(await mayListen(port) ? port : undefined),
}));

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new RangeError("it must be a port");
}
