/** The command `crd`. */

import type { Manifest } from "../../deploy/mod.ts";
import type { Command } from "./command.ts";
import { resolvedOf } from "./resolved.ts";

/** The command `crd`. */
export const crdCommand: Command = {
  name: "crd",
  brief: "Print the definitions of the operator's kinds (CustomResourceDefinitions) as YAML",
  details: "They are apart from the other manifests: whoever deletes a definition deletes all objects of its kind.",
  examples: [["crd | kubectl apply --server-side --force-conflicts -f -", "install or update them"]],
  flags: {},
  hasOwnFlags: true,
  async run(call) {
    const { kinds } = resolvedOf(call);
    if (kinds.length === 0) return await call.system.err("The operator has no kinds of its own.\n");
    const { renderYaml } = await import("../../deploy/mod.ts");
    await call.system.out(await renderYaml(kinds.map(({ crd }) => crd as unknown as Manifest)));
  },
};
