/** What `drift: "apply"` promises, on any cluster. */

import { assert, assertEquals } from "@std/assert";
import { defineSteps, type KubeObject, type Steps } from "../../mod.ts";
import { type Part, parts, Site, type SiteSpec } from "./parts.ts";

/** A cluster with a controller of Sites, for the cases. */
export interface World {
  /** Creates the Site, or gives it another spec, and resolves when the controller has nothing left to do. */
  readonly setSpec: (spec: SiteSpec) => Promise<void>;
  /** Merges into a dependent as a stranger, and resolves when the controller has done something and has nothing left to do. */
  readonly spoil: (kind: Part["component"]["kind"], name: string, patch: Record<string, unknown>) => Promise<void>;
  /** Ends the controller and starts another, which knows nothing; resolves when that has nothing left to do. */
  readonly restart: () => Promise<void>;
  /** A dependent, as it is stored. */
  readonly read: (kind: Part["component"]["kind"], name: string) => Promise<KubeObject>;
  /** How many writes of the controller the API server has seen. */
  readonly writes: () => Promise<number>;
  /** Changes that had no effect. */
  readonly withoutEffect: () => readonly string[];
}

/** One promise. */
export interface DriftCase {
  readonly name: string;
  readonly part: Part;
  readonly run: (world: World, site: string) => Promise<void>;
}

/** The plan that keeps one dependent as built. */
export function keeping({ component }: Part): Steps<Site, unknown> {
  return defineSteps(Site).ensure(component, { drift: "apply" });
}

/** The name of the dependent. */
function nameIn({ component }: Part, site: string): string {
  return component.nameFor({ apiVersion: "", kind: "", metadata: { name: site } } as Site);
}

async function keepsEqual(world: World, part: Part, site: string): Promise<void> {
  const read = () => world.read(part.component.kind, nameIn(part, site));
  await world.setSpec({ extra: true });
  assertEquals(await world.writes(), 1, "one write creates it");
  for (const touch of [1, 2, 3]) await world.setSpec({ extra: true, touch });
  assertEquals(await world.writes(), 1, "nothing is written when nothing would change");
  await world.restart();
  assertEquals(await world.writes(), 1, "nor by another process");
  assert(part.hasExtra(await read()));

  const others = { metadata: { annotations: { "other.dev/theirs": "stays" } } };
  for (const round of [1, 2]) {
    await world.spoil(part.component.kind, nameIn(part, site), merged(part.spoil, others));
    assert(part.isRight(await read()), "a foreign change is put right");
    await world.setSpec({ extra: true, touch: 10 + round });
    assertEquals(await world.writes(), 1 + round, "by one write");
  }
  assertEquals((await read()).metadata.annotations?.["other.dev/theirs"], "stays");

  await world.setSpec({ extra: false });
  assert(!part.hasExtra(await read()), "what is no longer built is removed");
  assert(part.isRight(await read()));
  assertEquals(await world.writes(), 4, "by one write");
  await world.setSpec({ extra: false, touch: 20 });
  assertEquals((await read()).metadata.annotations?.["other.dev/theirs"], "stays");
  assertEquals(await world.writes(), 4);
  assertEquals(world.withoutEffect(), []);
}

function merged(patch: Part["spoil"], more: { metadata: { annotations: Record<string, string> } }): Part["spoil"] {
  const metadata = patch.metadata as { annotations?: Record<string, string> } | undefined;
  return {
    ...patch,
    metadata: { ...metadata, annotations: { ...metadata?.annotations, ...more.metadata.annotations } },
  };
}

/** One case for each kind. */
export const driftCases: readonly DriftCase[] = parts.map((part) => ({
  name:
    `a ${part.component.kind.kind} is kept equal: put right, rid of what is gone, and left alone when nothing would change`,
  part,
  run: (world, site) => keepsEqual(world, part, site),
}));
