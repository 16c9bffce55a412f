/** Permissions as values: what is needed, and the flags that grant it. */

/** A minimal set of permissions. */
export interface PermissionNeeds {
  /** Hosts with their port, such as `10.0.0.1:6443`. */
  readonly net: readonly string[];
  /** Files and directories to read. */
  readonly read: readonly string[];
  /** Names of environment variables to read. */
  readonly env: readonly string[];
  /** Commands to run. */
  readonly run: readonly string[];
}

/** The union of several needs, without duplicates. */
export function joinNeeds(...needs: readonly Partial<PermissionNeeds>[]): PermissionNeeds {
  const all = (kind: keyof PermissionNeeds) => [...new Set(needs.flatMap((each) => each[kind] ?? []))];
  return { net: all("net"), read: all("read"), env: all("env"), run: all("run") };
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
 * @returns One flag for each kind of permission that is needed, as arguments of a command: not quoted for a shell.
 */
export function formatPermissionFlags(needs: PermissionNeeds): string[] {
  return (["net", "read", "env", "run"] as const)
    .filter((kind) => needs[kind].length > 0)
    .map((kind) => `--allow-${kind}=${needs[kind].map(escapeComma).join(",")}`);
}

/** Deno reads `,,` as a comma that is part of a value. */
function escapeComma(value: string): string {
  return value.replaceAll(",", ",,");
}

/** The host and port of a server, as the net permission names it: `https://a.example/b` is `a.example:443`. */
export function hostOf(server: string): string {
  const { hostname, port, protocol } = new URL(server);
  return `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
}
