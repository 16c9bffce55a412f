/** The conformance cases, on the embedded cluster. */

import { EmbeddedCluster } from "../../lib/testing/mod.ts";
import { CASES } from "./cases.ts";
import { define, definition, runCase } from "./target.ts";

for (const [group, cases] of Object.entries(CASES)) {
  for (const each of cases) {
    Deno.test(`embedded: ${group}: ${each.name}`, async () => {
      using cluster = new EmbeddedCluster();
      const widgets = await define(cluster, definition("example.dev", "widgets", "Widget"));
      await runCase(cluster, widgets, each);
    });
  }
}
