/** Builds the programs of the cluster: `deno run -A build.ts` prints where they are. */

import { fileURLToPath } from "node:url";
import { buildPrograms } from "../../lib/testing/apiserver/build/build.ts";
import { CONTROLLER_PROGRAMS, SERVER_PROGRAMS } from "../../lib/testing/apiserver/programs.ts";
import { print, say } from "./progress.ts";

/** Builds what is missing or out of date, and answers the folder: that of STAIRCASE_CLUSTER_BIN, else `.build`. */
export async function buildCluster(): Promise<string> {
  const dir = buildFolder();
  await buildPrograms({ dir, say, names: [...SERVER_PROGRAMS, ...CONTROLLER_PROGRAMS] });
  return dir;
}

/** The folder of the programs. */
export function buildFolder(): string {
  const chosen = Deno.env.get("STAIRCASE_CLUSTER_BIN");
  if (!chosen) return fileURLToPath(new URL("./.build", import.meta.url));
  return chosen.startsWith("/") ? chosen : `${Deno.cwd()}/${chosen}`;
}

if (import.meta.main) print(await buildCluster());
