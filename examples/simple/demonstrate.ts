/** The show of the first example: its operator at work, from the first object to the last. */

import { type ControllerOptions, type CustomObject, defineController, type DefinedResource } from "@staircase/operator";
import { Stage } from "../stage.ts";

/** An operator of objects that have replicas. */
type Operator<R extends Foo> = ControllerOptions<R> & { resource: DefinedResource<R["spec"], R["status"]> };
type Foo = CustomObject<{ replicas: number }, { observed: number; ready: number }>;

/** Serves the operator on an embedded cluster, does what a user would, and shows each Run as a line. */
export async function demonstrate<R extends Foo>(operator: Operator<R>): Promise<void> {
  await using stage = Stage.embedded("examples/simple.ts");
  await play(stage, operator);
  stage.close();
}

/** What happens, on any cluster. */
export async function play<R extends Foo>(stage: Stage, operator: Operator<R>): Promise<void> {
  const { resource } = operator;
  await stage.install(resource);
  await stage.serve(defineController(operator));
  const has = (replicas: number) => stage.settled(resource, "hello", ({ status }) => status?.ready === replicas);
  await stage.scene(
    `A user creates the Foo ${stage.namespace}/hello with 1 replica`,
    () => stage.create(resource, { metadata: { name: "hello" }, spec: {} }),
    has(1),
  );
  await stage.scene(
    "The user wants 3 replicas",
    () => stage.merge(resource, "hello", { spec: { replicas: 3 } }),
    has(3),
  );
  await stage.scene("The user deletes the Foo", () => stage.delete(resource, "hello"), stage.gone(resource, "hello"));
}
