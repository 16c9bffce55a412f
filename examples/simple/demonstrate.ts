/** The demonstration of the first example, from the first object to the last. */

import { defineController } from "@staircase/operator";
import type { controller } from "../simple.ts";
import { Stage } from "../stage.ts";

/** The operator of the example; as an argument, as the example shows itself. */
type Operator = typeof controller;

/** Serves the operator on an embedded cluster, does what a user would, and shows each Run as a line. */
export async function demonstrate(operator: Operator): Promise<void> {
  await using stage = Stage.embedded("examples/simple.ts");
  await play(stage, operator);
  stage.close();
}

/** What happens, on any cluster. */
export async function play(stage: Stage, operator: Operator): Promise<void> {
  const { resource } = operator;
  await stage.install(resource);
  await stage.serve(defineController(operator));
  const has = (replicas: number) => stage.settled(resource, "hello", ({ status }) => status?.ready === replicas);
  await stage.scene(
    `A user creates the Foo ${stage.namespace}/hello with 1 replica`,
    () => stage.user.create(resource, { metadata: { name: "hello" }, spec: {} }),
    has(1),
  );
  await stage.scene(
    "The user wants 3 replicas",
    () => stage.user.patch(resource, "hello", { merge: { spec: { replicas: 3 } } }),
    has(3),
  );
  await stage.scene(
    "The user deletes the Foo",
    () => stage.user.delete(resource, "hello"),
    stage.gone(resource, "hello"),
  );
}
