/** What goes wrong before the first request: no cluster is found, or a permission is missing. */

import { formatPermissionFlags, type PermissionNeeds } from "./needs.ts";

/** One source that was asked for a cluster, and why it gave none. */
export interface ConnectAttempt {
  /** The source, such as `kubeconfig` or `service account of the pod`. */
  readonly source: string;
  /** Why it gave none, and what to do: `HOME is not set`. */
  readonly reason: string;
}

/** How a {@link ConnectError} came about. */
export interface ConnectErrorOptions extends ErrorOptions {
  /** The sources that gave no cluster. */
  attempts?: readonly ConnectAttempt[];
}

/**
 * There is no cluster to connect to: no source has one, or the one that was chosen cannot be used. The message says what
 * is wrong, where, and what to do.
 */
export class ConnectError extends Error {
  /** The name of this class. */
  override readonly name = "ConnectError";
  /** Each source that was asked, when none had a cluster; empty when one has, but cannot be used. */
  readonly attempts: readonly ConnectAttempt[];

  /**
   * An error of connecting.
   *
   * @param message What cannot be done, and why.
   * @param options The sources that were asked, and the cause.
   */
  constructor(message: string, options: ConnectErrorOptions = {}) {
    const { attempts = [] } = options;
    super([message, ...attempts.map(({ source, reason }) => `  - ${source}: ${reason}`)].join("\n"), options);
    this.attempts = attempts;
  }
}

/** A permission of Deno is missing. The message and `flags` name what to run with. */
export class PermissionError extends Error {
  /** The name of this class. */
  override readonly name = "PermissionError";
  /** The flags that are missing, such as `--allow-net=10.0.0.1:6443`. */
  readonly flags: readonly string[];

  /**
   * An error of a missing permission.
   *
   * @param action What cannot be done: `watch https://10.0.0.1:6443`.
   * @param missing The permissions that are missing.
   */
  constructor(action: string, missing: PermissionNeeds) {
    super(`Cannot ${action} as ${describeMissing(missing)}`);
    this.flags = formatPermissionFlags(missing);
  }
}

/** The permissions that are missing and the flags that give them: `net permission is missing: run with --allow-net=…`. */
export function describeMissing(missing: PermissionNeeds): string {
  const kinds = (["net", "read", "env", "run"] as const).filter((kind) => missing[kind].length > 0);
  const flags = formatPermissionFlags(missing).join(" ");
  const names = new Intl.ListFormat("en-GB").format(kinds);
  return `${names} permission${kinds.length > 1 ? "s are" : " is"} missing: run with ${flags}`;
}
