/** Revokes what is not to be kept, and tells what is granted then: by itself, as revoking is for good. */

import { describeKept, revokeExcept } from "@staircase/operator/deploy";
import type { PermissionNeeds } from "@staircase/operator/cluster";

/** What the program is asked. */
export interface Question {
  readonly keep: Partial<PermissionNeeds>;
  readonly spent?: Partial<PermissionNeeds>;
  /** Permissions, as Deno names them. */
  readonly query: readonly Deno.PermissionDescriptor[];
}

/** What the program answers. */
export interface Answer {
  readonly kept: string;
  /** The states of what was asked for. */
  readonly states: readonly Deno.PermissionState[];
}

if (import.meta.main) {
  const { keep, spent, query }: Question = JSON.parse(Deno.args[0]!);
  const kept = await revokeExcept({ net: [], read: [], env: [], run: [], ...keep }, spent);
  const states = query.map((descriptor) => Deno.permissions.querySync(descriptor).state);
  const answer: Answer = { kept: describeKept(kept), states };
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(answer)));
}
