/** Where an elevator is, as its page says, and where it will be next. Pure. */

import { pageOf, type Ride } from "./page.ts";

const PAGE = "index.html";
const FACTS = "elevator.json";

/** The wanted floor and content. */
interface Wish {
  readonly floor: number;
  readonly content: string;
}

/** The files of a page: the drawing, and the facts that it reads. */
export function filesOf(ride: Ride): Record<string, string> {
  return { [PAGE]: pageOf(ride), [FACTS]: JSON.stringify(ride) };
}

/** Reads the ride from the files of a page. */
export function rideIn(files: Readonly<Record<string, string>> | undefined): Ride {
  return JSON.parse(files![FACTS]!);
}

/** A new elevator: on the ground, empty. */
export function rideOfNew(): Ride {
  return { floor: 0, goal: 0, content: "", since: 0 };
}

/** The ride one floor further, or the same one if there is nothing to do. */
export function rideAfter(ride: Ride, { floor: goal, content }: Wish, now: Date): Ride {
  if (ride.floor === goal && ride.goal === goal && ride.content === content) return ride;
  return { floor: ride.floor + Math.sign(goal - ride.floor), goal, content, since: now.getTime() };
}

/** The direction of the elevator. */
export function wayOf({ floor, goal }: Ride): "up" | "down" | "still" {
  return floor < goal ? "up" : floor > goal ? "down" : "still";
}
