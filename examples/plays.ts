/** The demonstrations of all examples, for any cluster. */

import { play as playElevator } from "./elevator/demonstrate.ts";
import { play as playMulti } from "./multi/demonstrate.ts";
import { play as playOrder } from "./order/demonstrate.ts";
import { controller } from "./simple.ts";
import { play as playSimple } from "./simple/demonstrate.ts";
import type { Stage } from "./stage.ts";
import { play as playWebsite } from "./website/demonstrate.ts";

/** The demonstration of an example. */
export interface Play {
  /** Its file or folder. */
  readonly name: string;
  /** How many requests of its operator write, on every cluster. */
  readonly writes: number;
  /** Runs it. */
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

/** A row of the table of examples, as wide as its head. */
export function rowOf(...cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).padEnd(10)).join(" | ")} |`;
}

export const TABLE_HEAD: string = [
  rowOf("example", "cluster", "Runs", "changes", "writes", "failed", "outcome"),
  rowOf(...Array<string>(7).fill("-".repeat(10))),
].join("\n");
