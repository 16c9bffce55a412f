/** Revokes the permissions that a process no longer needs, and never one that it needs. */

import {
  describePermission,
  joinNeeds,
  PERMISSION_KINDS,
  type PermissionKind,
  type PermissionNeeds,
} from "../../kube/mod.ts";
import { withAbsolutePaths } from "./absolute_paths.ts";
import { widerGrants } from "./wider_grants.ts";

/** What is left after {@link revokeExcept}. */
export interface KeptPermissions {
  /** What was to be kept. */
  readonly needs: PermissionNeeds;
  /** The kinds that are granted without a list, and of which something is needed: Deno cannot narrow these. */
  readonly unlimited: readonly (keyof PermissionNeeds)[];
  /** What is not needed, but covered by the same grant as something that is, such as a directory. */
  readonly shared: Partial<PermissionNeeds>;
}

/**
 * Revokes the permissions that a process no longer needs. Kinds of which nothing is to be kept are revoked as a whole;
 * of the others, what is spent. Deno cannot narrow a grant: revoking a file revokes the directory that was granted, so
 * what shares a grant with something to be kept stays. Never prompts.
 *
 * Also revoked is loading code from the hosts that Deno permits unasked, such as jsr.io and esm.sh.
 *
 * There is no way back: call it when a program is fully started, and only from code that knows all that its process does.
 *
 * @param keep What to keep.
 * @param spent What is no longer needed, of kinds of which something is kept.
 * @returns What is left.
 *
 * @example Of a client that has found its cluster
 * ```ts
 * import type { ConnectedClient } from "@staircase/operator";
 * import { describeKept, revokeExcept } from "@staircase/operator/deploy";
 *
 * async function revokeSpent({ needs, spent }: ConnectedClient): Promise<string> {
 *   return describeKept(await revokeExcept(needs, spent)); // net=10.0.0.1:6443 read=/home/me/token
 * }
 * ```
 */
export async function revokeExcept(
  keep: PermissionNeeds,
  spent: Partial<PermissionNeeds> = {},
): Promise<KeptPermissions> {
  const [kept, gone] = await Promise.all([withAbsolutePaths(joinNeeds(keep)), withAbsolutePaths(joinNeeds(spent))]);
  const unlimited: PermissionKind[] = [];
  const shared: Partial<Record<PermissionKind, string[]>> = {};
  for (const kind of PERMISSION_KINDS) {
    const wanted = kept[kind] ?? [];
    if (wanted.length === 0) await Deno.permissions.revoke(describePermission(kind));
    else if (await isGranted(kind)) unlimited.push(kind);
    else {
      const left = await revokeEach(kind, wanted, (gone[kind] ?? []).filter((value) => !wanted.includes(value)));
      if (left.length > 0) shared[kind] = left;
    }
  }
  return { needs: kept, unlimited, shared };
}

/** Revokes what shares no grant with something to be kept; returns the rest of what is granted. */
async function revokeEach(kind: PermissionKind, keep: readonly string[], spent: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const value of spent) {
    if (!await isGranted(kind, value)) continue;
    const isShared = await anyGranted(kind, keep.flatMap((kept) => widerGrants(kind, value, kept)));
    if (isShared) left.push(value);
    else await Deno.permissions.revoke(describePermission(kind, value));
  }
  return left;
}

async function anyGranted(kind: PermissionKind, values: readonly string[]): Promise<boolean> {
  for (const value of new Set(values)) if (await isGranted(kind, value)) return true;
  return false;
}

async function isGranted(kind: PermissionKind, value?: string): Promise<boolean> {
  return (await Deno.permissions.query(describePermission(kind, value))).state === "granted";
}

/** What is left, in one line: `net=10.0.0.1:6443 read=/ca.crt`; `nothing` if that is so. */
export function describeKept({ needs, unlimited, shared }: KeptPermissions): string {
  const parts = PERMISSION_KINDS.flatMap((kind) => {
    const values = needs[kind] ?? [];
    if (values.length === 0) return [];
    const listed = [...values, ...shared[kind] ?? []].join(",");
    return [unlimited.includes(kind) ? `${kind}=* (needed: ${listed})` : `${kind}=${listed}`];
  });
  return parts.length === 0 ? "nothing" : parts.join(" ");
}
