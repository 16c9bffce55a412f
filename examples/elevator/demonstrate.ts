/** The demonstration of the elevator: a ride up and a ride down. If the page can be served, it rides until it is stopped. */

import { Stage } from "../stage.ts";
import { Elevator } from "./kind.ts";
import { serveLive } from "./live.ts";
import { controllerFor } from "./operator.ts";

/** Milliseconds per floor when nobody watches the page. */
const FAST = 20;

/** Runs it on an embedded cluster, with the page if it may listen. */
export async function demonstrate(port?: number): Promise<void> {
  await using stage = Stage.embedded("examples/elevator/main.ts");
  if (port === undefined) await play(stage);
  else await rideForEver(stage, port);
  stage.close();
}

/** The scenes, on any cluster. */
export async function play(stage: Stage): Promise<void> {
  await stage.install(Elevator);
  await stage.serve(controllerFor({ pace: FAST }));
  await stage.scene("A user wants an elevator with Ada in it, on floor 3", () => create(stage, 3), isAt(stage, 3));
  await stage.scene("The user wants it in the cellar", () => send(stage, -1), isAt(stage, -1));
}

/** Rides from floor to floor until the operator is stopped. */
async function rideForEver(stage: Stage, port: number): Promise<void> {
  await stage.install(Elevator);
  await stage.serve(controllerFor());
  await using live = serveLive({ client: stage.client, port });
  stage.say(`\nLook at ${live.url}default/lift/ (Ctrl-C ends it)`);
  await create(stage, 0);
  const riding = async () => {
    for (const floor of endless(7, 0, 10, -2, 4)) {
      await stage.scene(`The user wants it on floor ${floor}`, () => send(stage, floor), isAt(stage, floor));
    }
  };
  await Promise.race([riding(), stage.finished]);
}

function* endless<T>(...values: readonly T[]): Generator<T> {
  for (;;) yield* values;
}

function create(stage: Stage, floor: number): Promise<Elevator> {
  return stage.user.create(Elevator, { metadata: { name: "lift" }, spec: { floor, content: "Ada" } });
}

function send(stage: Stage, floor: number): Promise<Elevator> {
  return stage.user.patch(Elevator, "lift", { merge: { spec: { floor } } });
}

function isAt(stage: Stage, floor: number) {
  return stage.settled(Elevator, "lift", ({ status }) => status?.floor === floor && status.way === "still");
}
