/** The phases of a watch's machine, each with its data. {@link WatchState} describes what they mean. */

import type { KubeObject } from "../../model/mod.ts";
import type { OpenWatch } from "./calls.ts";
import type { PageReader } from "../bytes/mod.ts";
import type { ListPlan } from "./position.ts";

/** The progress of a list in pages. */
export interface PartOfList {
  /** The list's version; empty while no page is complete. */
  readonly resourceVersion: string;
  /** The version that was seen before, if the list is older because the server went back in time. */
  readonly restoredFrom: string | undefined;
  readonly pages: number;
  readonly token: string;
}

export type AfterWait = "list" | "watch";

export type Phase<T extends KubeObject> =
  | { readonly name: "choosing-list"; readonly cause?: unknown }
  | {
    readonly name: "listing";
    readonly plan: ListPlan;
    readonly soFar?: PartOfList | undefined;
    /** The page that is being read, if one is open. */
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

/** Closes the open request of a phase, if there is one. */
export function closeIn<T extends KubeObject>(phase: Phase<T>, reason: unknown): void {
  if (phase.name === "failing") closeIn(phase.in, reason);
  else if (phase.name === "listing") phase.page?.close(reason);
  else if ("open" in phase) phase.open.connection.close(reason);
}
