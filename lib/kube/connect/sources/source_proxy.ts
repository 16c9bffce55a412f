/** A source of a cluster: a `kubectl proxy` on this machine. */

import { describeMissing, type Finding, type Host, hostOf, isEmpty, joinNeeds } from "../found/mod.ts";

/** Where `kubectl proxy` listens unless told otherwise. */
const SERVER = "http://127.0.0.1:8001";

/** The cluster behind a `kubectl proxy`, if one answers. */
export async function locateProxy(host: Host): Promise<Finding> {
  const missing = await host.missing(joinNeeds({ net: [hostOf(SERVER)] }));
  if (!isEmpty(missing)) return { absent: describeMissing(missing) };
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
