/** An object as deep as an API server takes it hurts nobody, and is run as any other. */

import { assertEquals } from "@std/assert";
import { defineSteps, serveController } from "../../mod.ts";
import type { KubeObject } from "../../lib/model/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { nested } from "../model/deep.ts";
import { added, half, modified, Secret, secret } from "../watch/fixture.ts";
import { HeldWatch, ScriptedClient, text } from "../watch/scripted_client.ts";
import { KeepingLogger } from "./keeping_logger.ts";

const deep = (version: number, inner: unknown = 1) => ({
  ...secret("deep", version, { generation: version }),
  spec: nested(9_900, "object", inner),
});

/** A list as the API server writes it. */
const list = (version: string, items: readonly KubeObject[]) =>
  text(JSON.stringify({ kind: "SecretList", apiVersion: "v1", metadata: { resourceVersion: version }, items }));

async function served(...items: readonly KubeObject[]) {
  const clock = new VirtualClock();
  const watch = new HeldWatch();
  const client = new ScriptedClient(list("9", items), watch.answer);
  const logger = new KeepingLogger();
  const ran: string[] = [];
  const steps = defineSteps(Secret).observe("look", ({ object }) => Object.isFrozen(object));
  const onRun = ({ key, result }: { key: string; result: { outcome: string } }) => ran.push(`${key} ${result.outcome}`);
  const surroundings = {
    client: client.client,
    clock,
    random: half,
    logger,
    handleSignals: false,
    handleUncaught: false,
  };
  const controller = await serveController({
    resource: Secret,
    steps,
    concurrency: 1,
    requeueEvery: false,
    onRun: (report) => void onRun(report),
    ...surroundings,
  });
  await clock.settle();
  const stop = async () => {
    const stopped = controller.shutdown();
    await clock.settle();
    await stopped;
  };
  return { clock, watch, logger, ran, stop };
}

Deno.test("a deep object in a list is run, and so are all others", async () => {
  const { ran, logger, stop } = await served(secret("a", 5), deep(6), secret("z", 7));
  assertEquals(ran, ["default/a NoOp", "default/deep NoOp", "default/z NoOp"]);
  await stop();
  assertEquals(logger.at("warn", "error"), []);
});

Deno.test("a deep object among the events of one chunk is run, and so are those behind it", async () => {
  const { clock, watch, ran, logger, stop } = await served();
  watch.send(added(secret("a", 10)), added(deep(11)), added(secret("z", 12)));
  await clock.settle();
  watch.send(modified(deep(13, 2)), modified(secret("z", 14)));
  await clock.settle();
  assertEquals(ran, [
    ...["default/a NoOp", "default/deep NoOp", "default/z NoOp"],
    ...["default/deep NoOp", "default/z NoOp"],
  ]);
  await stop();
  assertEquals(logger.at("warn", "error"), []);
});
