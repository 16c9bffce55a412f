/** Permissions as values: what is needed, and the flags that grant it. */

/** A minimal set of permissions. This module needs those of the first four kinds; the others are for an operator's own code. */
export interface PermissionNeeds {
  /** Hosts with their port, such as `10.0.0.1:6443`. */
  readonly net: readonly string[];
  /** Files and directories to read. */
  readonly read: readonly string[];
  /** Names of environment variables to read. */
  readonly env: readonly string[];
  /** Commands to run. */
  readonly run: readonly string[];
  /**
   * Files and directories to write.
   * @default {none}
   */
  readonly write?: readonly string[];
  /**
   * Facts about the machine to read, such as `hostname`.
   * @default {none}
   */
  readonly sys?: readonly string[];
  /**
   * Dynamic libraries to load.
   * @default {none}
   */
  readonly ffi?: readonly string[];
  /**
   * Hosts to load code from while it runs.
   * @default {none}
   */
  readonly import?: readonly string[];
}

/** A kind of Deno's permissions. */
export type PermissionKind = keyof PermissionNeeds;

/** All kinds, in the order in which flags are written. */
export const PERMISSION_KINDS: readonly PermissionKind[] = [
  "net",
  "read",
  "env",
  "run",
  "write",
  "sys",
  "ffi",
  "import",
];

/** The union of several needs, without duplicates. */
export function joinNeeds(...needs: readonly Partial<PermissionNeeds>[]): PermissionNeeds {
  return mapNeeds((kind) => [...new Set(needs.flatMap((each) => each[kind] ?? []))]);
}

/** Needs made kind by kind. Kinds that most operators do not need are left out if they are empty. */
export function mapNeeds(make: (kind: PermissionKind) => readonly string[]): PermissionNeeds {
  const entries = PERMISSION_KINDS.map((kind) => [kind, make(kind)] as const);
  const isShown = (kind: PermissionKind) => ["net", "read", "env", "run"].includes(kind);
  const shown = entries.filter(([kind, values]) => isShown(kind) || values.length > 0);
  return Object.fromEntries(shown) as unknown as PermissionNeeds;
}

/** Whether no permission is needed. */
export function needsNothing(needs: PermissionNeeds): boolean {
  return formatPermissionFlags(needs).length === 0;
}

/**
 * The flags with which `deno run` grants the permissions.
 *
 * @example Usage
 * ```ts
 * import { formatPermissionFlags } from "@staircase/operator/cluster";
 * import { assertEquals } from "@std/assert";
 *
 * const needs = { net: ["10.0.0.1:6443"], read: [], env: ["KUBECONFIG", "HOME"], run: [] };
 * assertEquals(formatPermissionFlags(needs), ["--allow-net=10.0.0.1:6443", "--allow-env=KUBECONFIG,HOME"]);
 * ```
 *
 * @param needs What is needed.
 * @returns One flag for each kind of permission that is needed, as arguments of a command: not quoted for a shell. A comma
 * in a value is doubled. Deno takes that for paths only, and Deno 2.9.6 not at all: then use a set in `deno.json`.
 */
export function formatPermissionFlags(needs: PermissionNeeds): string[] {
  return PERMISSION_KINDS.flatMap((kind) => {
    const values = needs[kind] ?? [];
    return values.length === 0 ? [] : [`--allow-${kind}=${values.map(escapeComma).join(",")}`];
  });
}

/** Deno reads `,,` as a comma that is part of a path (denoland/deno#25453); 2.9.6 has forgotten it. */
function escapeComma(value: string): string {
  return value.replaceAll(",", ",,");
}

/** The host and port of a server, as the net permission names it: `https://a.example/b` is `a.example:443`. */
export function hostOf(server: string): string {
  const { hostname, port, protocol } = new URL(server);
  return `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
}
