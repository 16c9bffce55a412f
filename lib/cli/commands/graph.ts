/** The command `graph`. */

import { flags, valuesOf } from "../flags/mod.ts";
import { asMermaid, asSvg, asText, viewOf } from "../graph/mod.ts";
import type { Command } from "./command.ts";
import { resolvedOf } from "./resolved.ts";

const FLAGS = flags({
  format: {
    brief: "as text for a terminal, as a Mermaid flowchart, or as a picture that is light or dark as its reader is",
    form: "one",
    choices: ["text", "mermaid", "svg"],
    fallback: "text",
  },
});

/** The command `graph`. */
export const graphCommand: Command = {
  name: "graph",
  brief: "Show the steps of each controller, as text or as a picture",
  examples: [
    ["graph", "all plans as text"],
    ["graph --format svg > steps.svg", "as a picture, a staircase each"],
    ["graph --format mermaid", "for a page that draws Mermaid, such as a README"],
  ],
  flags: FLAGS,
  hasOwnFlags: true,
  async run(call) {
    const { format = "text" } = valuesOf(FLAGS, call.given, call.system.env);
    const views = resolvedOf(call).controllers.map(viewOf);
    const shown = { text: asText, mermaid: asMermaid, svg: (all: typeof views) => asSvg(call.name, all) };
    await call.system.out(shown[format](views));
  },
};
