/** What a controller is at, for those that wait for it in virtual time. */

import type { Controller } from "./controller.ts";
import { ControllerServer } from "./server.ts";

/** The Runs that are under way, for people: `step "order it" of Order default/a`. A text for each controller that has some. */
export function runsUnderWay(controller: Controller): readonly string[] {
  return controller instanceof ControllerServer ? controller.runsUnderWay : [];
}
