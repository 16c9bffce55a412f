/** The command `run`, for arguments that are not plainly its flags, and for its help. */

import { run } from "../run.ts";
import { RUN_FLAGS } from "../run_flags.ts";
import type { Command } from "./command.ts";

/** The command `run`. */
export const serveCommand: Command = {
  name: "run",
  brief: "Serve the controllers until SIGTERM or SIGINT; the default if there is no command",
  details:
    "A flag wins over its environment variable, and that over the default. A variable counts if this process may " +
    "read it: with --allow-env, or --allow-env=OPERATOR_PORT,… with names.",
  examples: [
    ["run", "serve the cluster of the kubeconfig, or of the pod that it runs in"],
    ["run --namespace team-a,team-b --log-level debug", "look after two namespaces, and say all"],
    ["run --no-install-crds --port 8080", "as in a pod: the definitions are there, and probes ask for it"],
    ["run --kubeconfig ~/.kube/other --context dev", "another cluster"],
  ],
  flags: RUN_FLAGS,
  hasOwnFlags: true,
  run: ({ operator, given, system }) => run(operator, given, system),
};
