/** Plans as a Mermaid flowchart, for pages that draw one, such as a README. */

import { CHOSEN, type ControllerView, type StepView } from "./plans.ts";

/** Controllers and their plans as one flowchart. Shapes tell apart what a step does. */
export function asMermaid(controllers: readonly ControllerView[]): string {
  const lines = controllers.flatMap((controller, index) => [
    ...subgraph(`c${index}`, `${controller.name}: ${controller.resource}`, controller.steps, "as desired"),
    ...(controller.cleanup === undefined
      ? []
      : subgraph(`d${index}`, `${controller.name}: cleanup`, controller.cleanup, "gone")),
  ]);
  return ["flowchart TD", ...lines, ...STYLES, ""].join("\n");
}

const STYLES = [
  "  classDef observe fill:#e8eef7,stroke:#5b7aa8,color:#1c2b40",
  "  classDef change fill:#f3d9b8,stroke:#b5762a,color:#3d2607",
  "  classDef join fill:#dcebdd,stroke:#4f8a57,color:#16301a",
  "  classDef end_ fill:none,stroke:none",
];

function subgraph(id: string, title: string, steps: readonly StepView[] | "chosen", end: string): string[] {
  const nodes = steps === "chosen"
    ? [`    ${id}s0[/${quoted(CHOSEN)}/]`]
    : steps.map((step, index) => `    ${id}s${index}${shaped(step, index)}:::${step.type}`);
  const ids = [...nodes.keys()].map((index) => `${id}s${index}`);
  return [
    `  subgraph ${id}[${quoted(title)}]`,
    ...nodes,
    `    ${id}e([${quoted(end)}]):::end_`,
    `    ${[...ids, `${id}e`].join(" --> ")}`,
    "  end",
  ];
}

function shaped({ name, type, branches }: StepView, index: number): string {
  const text = `${index + 1} · ${name}`;
  switch (type) {
    case "observe":
      return `(${quoted(text)})`;
    case "change":
      return `[${quoted(text)}]`;
    case "join":
      return `{{${quoted(`${text}: ${branches.join(", ")}`)}}}`;
  }
}

/** Text between quotes. All but letters, digits and plain signs becomes an entity, so that nothing in it is syntax. */
function quoted(text: string): string {
  const safe = text.toWellFormed().replaceAll(/\s+/g, " ").replaceAll(
    /[^\p{L}\p{M}\p{N} ·.,:()/'!?+=-]/gu,
    (sign) => `#${sign.codePointAt(0)};`,
  );
  return `"${safe}"`;
}
