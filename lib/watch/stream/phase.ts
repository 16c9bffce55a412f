/** What a watch's machine does next, with what it needs for that. {@link WatchState} tells what each means. */

import type { KubeObject } from "../../model/mod.ts";
import type { OpenWatch } from "./calls.ts";
import type { PageReader } from "../bytes/mod.ts";
import type { ListPlan } from "./position.ts";

/** The pages of a list that have arrived. */
export interface PartOfList {
  /** Empty while no page is complete. */
  readonly resourceVersion: string;
  /** The version that was seen before, when the list is older than that, and true. */
  readonly restoredFrom: string | undefined;
  readonly pages: number;
  readonly token: string;
}

/** What follows a wait. */
export type AfterWait = "list" | "watch";

/** What the machine does next. */
export type Phase<T extends KubeObject> =
  | { readonly name: "choosing-list"; readonly cause?: unknown }
  | {
    readonly name: "listing";
    readonly plan: ListPlan;
    readonly soFar?: PartOfList | undefined;
    /** The page that is being read. */
    readonly page?: PageReader<T>;
  }
  | { readonly name: "opening-list"; readonly resourceVersion: string }
  | {
    readonly name: "streaming-list";
    readonly resourceVersion: string;
    readonly open: OpenWatch<T>;
    readonly found: Map<string, T>;
  }
  | { readonly name: "connecting" }
  | { readonly name: "watching"; readonly open: OpenWatch<T> }
  | { readonly name: "failing"; readonly error: unknown; readonly in: Phase<T> }
  | { readonly name: "backing-off"; readonly delay: number; readonly next: AfterWait }
  | { readonly name: "stopped" };

/** Ends the request that a phase has open, if any. */
export function closeIn<T extends KubeObject>(phase: Phase<T>, reason: unknown): void {
  if (phase.name === "failing") closeIn(phase.in, reason);
  else if (phase.name === "listing") phase.page?.close(reason);
  else if ("open" in phase) phase.open.connection.close(reason);
}
