/** The drift cases on the embedded cluster. */

import type { Controller } from "../../mod.ts";
import { Harness } from "../controller/harness.ts";
import { driftCases, keeping, type World } from "./drift_cases.ts";
import { type Part, Site } from "./parts.ts";

async function embedded(harness: Harness, part: Part, site: string): Promise<World> {
  const serve = () => harness.serve({ resource: Site, steps: keeping(part), owns: [part.component.kind] });
  let controller: Controller = await serve();
  let created = false;
  return {
    setSpec: async (spec) => {
      if (created) return void await harness.merge(Site, site, { spec });
      created = true;
      await harness.create(Site, { metadata: { name: site }, spec });
    },
    spoil: async (kind, name, patch) => void await harness.merge(kind, name, patch),
    restart: async () => {
      await harness.settled(controller.shutdown());
      controller = await serve();
    },
    read: async (kind, name) => (await harness.get(kind, name))!,
    writes: () => Promise.resolve(harness.written().length),
    withoutEffect: () => harness.outcomes().filter((outcome) => outcome.startsWith("without effect")),
  };
}

for (const { name, part, run } of driftCases) {
  Deno.test(name, async () => {
    await using harness = await Harness.start({ kinds: [Site] });
    await run(await embedded(harness, part, "a"), "a");
  });
}
