/**
 * Elevators that move one floor per Run, drawn on a web page. Read `operator.ts` first.
 *
 * `deno run examples/elevator/main.ts` shows one on a cluster inside the process, without any permission. With
 * `--allow-net=127.0.0.1` it also serves the page, and rides until it is stopped. With all permissions it serves the
 * cluster of your kubeconfig and its pages: `deno run --allow-net --allow-read --allow-env examples/elevator/main.ts`.
 */

import { connect, installCrd, isConnectable, serveController } from "@staircase/operator";
import { say } from "../show.ts";
import { demonstrate } from "./demonstrate.ts";
import { Elevator } from "./kind.ts";
import { mayListen, serveLive } from "./live.ts";
import { controllerFor } from "./operator.ts";

/** The port of the pages: 8080, or the first argument. */
const PORT = Number(Deno.args[0] ?? 8080);

if (Deno.build.standalone || await isConnectable()) {
  const client = await connect();
  await installCrd(client, Elevator);
  await using served = await serveController({ controllers: [controllerFor()], client });
  await using live = await mayListen(PORT) ? serveLive({ client, port: PORT }) : undefined;
  if (live) say(`All elevators: ${live.url}`);
  await served.finished;
} else {
  await demonstrate(await mayListen(PORT) ? PORT : undefined);
}
