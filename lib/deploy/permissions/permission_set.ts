/** Permissions as a set for `deno.json`. */

import { PERMISSION_KINDS, type PermissionNeeds } from "../../kube/mod.ts";

/** A set of permissions, as `deno.json` holds it. Kinds that are not needed are absent. */
export type PermissionSet = Partial<Record<keyof PermissionNeeds, readonly string[]>>;

/**
 * The permissions as a set for `deno.json`: for `deno run -P=operator`, as `{ "permissions": { "operator": … } }`; for
 * `deno compile -P`, as `{ "compile": { "permissions": … } }`. Deno 2.6 and newer read both, and print that it is
 * experimental. Relative paths are those of the folder of `deno.json`. A flag such as `--allow-env` replaces what the
 * set says of its kind.
 *
 * @example Usage
 * ```ts
 * import { permissionSet } from "@staircase/operator/deploy";
 * import { assertEquals } from "@std/assert";
 *
 * const needs = { net: ["10.0.0.1:6443"], read: [], env: ["SHOP"], run: [] };
 * assertEquals(permissionSet(needs), { net: ["10.0.0.1:6443"], env: ["SHOP"] });
 * ```
 */
export function permissionSet(needs: PermissionNeeds): PermissionSet {
  const entries = PERMISSION_KINDS.map((kind) => [kind, needs[kind] ?? []] as const);
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}
