/** A source: a `kubectl proxy` on this machine. */

import { describeMissing, type Finding, type Host, hostOf, joinNeeds, needsNothing } from "../found/mod.ts";

/** The default address of `kubectl proxy`. */
const SERVER = "http://127.0.0.1:8001";

/** Finds the cluster behind a `kubectl proxy`, if one answers. */
export async function locateProxy(host: Host): Promise<Finding> {
  const missing = await host.missing(joinNeeds({ net: [hostOf(SERVER)] }));
  if (!needsNothing(missing)) return { absent: describeMissing(missing) };
  if (!await host.answers(SERVER)) return { absent: `nothing answers at ${SERVER}` };
  return {
    located: {
      source: `kubectl proxy at ${SERVER}`,
      namespace: undefined,
      cluster: { "server": SERVER },
      user: {},
      files: [],
      searchNeeds: {},
    },
  };
}
