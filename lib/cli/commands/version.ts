/** The command `version`. */

import type { Command } from "./command.ts";

/** The command `version`. */
export const versionCommand: Command = {
  name: "version",
  brief: "Print the operator's version",
  examples: [["version", "such as: simple 1.2.0"]],
  flags: {},
  hasOwnFlags: false,
  run: ({ operator: { version = "0.0.0" }, name, system }) => system.out(`${name} ${version}\n`),
};
