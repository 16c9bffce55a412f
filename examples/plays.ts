/** What happens in each example, to be shown on any cluster. */

import { play as playElevator } from "./elevator/demonstrate.ts";
import { play as playMulti } from "./multi/demonstrate.ts";
import { play as playOrder } from "./order/demonstrate.ts";
import { controller } from "./simple.ts";
import { play as playSimple } from "./simple/demonstrate.ts";
import type { Stage } from "./stage.ts";
import { play as playWebsite } from "./website/demonstrate.ts";

/** An example, as it is shown on any cluster. */
export interface Play {
  /** Its file or folder. */
  readonly name: string;
  /** How many requests of its operator change something, on every cluster. */
  readonly writes: number;
  /** Makes it happen. */
  readonly play: (stage: Stage) => Promise<unknown>;
}

/** All examples. */
export const PLAYS: readonly Play[] = [
  { name: "simple", writes: 8, play: (stage) => playSimple(stage, controller) },
  { name: "order", writes: 2, play: playOrder },
  { name: "multi", writes: 9, play: (stage) => playMulti(stage, `licences-${stage.namespace}`) },
  { name: "website", writes: 8, play: playWebsite },
  { name: "elevator", writes: 17, play: playElevator },
];

/** A row of the table that tells of all examples: as long as its head. */
export function rowOf(...cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).padEnd(10)).join(" | ")} |`;
}

/** The head of that table. */
export const TABLE_HEAD: string = [
  rowOf("example", "cluster", "Runs", "changes", "writes", "failed", "outcome"),
  rowOf(...Array<string>(7).fill("-".repeat(10))),
].join("\n");
