/** Plans as text. */

import { CHOSEN, type ControllerView, type StepView } from "./plans.ts";

/** Controllers and their plans as text for a terminal. */
export function asText(controllers: readonly ControllerView[]): string {
  return controllers.map(describe).join("\n");
}

function describe({ name, resource, steps, cleanup }: ControllerView): string {
  const down = cleanup === undefined ? [] : ["  cleanup, when it is being deleted:", ...linesOf(cleanup)];
  return [`${oneLine(name)}: ${resource}`, "  plan:", ...linesOf(steps), ...down, ""].join("\n");
}

function linesOf(steps: readonly StepView[] | "chosen"): string[] {
  if (steps === "chosen") return [`    ${CHOSEN}`];
  if (steps.length === 0) return ["    no steps"];
  const width = String(steps.length).length;
  return steps.map(({ name, type, branches }, index) => {
    const parts = branches.length === 0 ? "" : `: ${branches.map(oneLine).join(", ")}`;
    return `    ${String(index + 1).padStart(width)}. ${type.padEnd(7)}  ${oneLine(name)}${parts}`;
  });
}

/** A name without what would move the cursor of a terminal, or end the line. */
function oneLine(name: string): string {
  // deno-lint-ignore no-control-regex -- these are what it is about
  return name.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}
