/** Errors before the first request: no cluster is found, or a permission is missing. */

import { formatPermissionFlags, PERMISSION_KINDS, type PermissionNeeds } from "./needs.ts";

/** A source that was tried, and why it gave no cluster. */
export interface ConnectAttempt {
  /** The source, such as `kubeconfig` or `service account of the pod`. */
  readonly source: string;
  /** Why it gave no cluster, and what to do: `HOME is not set`. */
  readonly reason: string;
}

/** Options of {@link ConnectError}. */
export interface ConnectErrorOptions extends ErrorOptions {
  /** The sources that gave no cluster. */
  attempts?: readonly ConnectAttempt[];
}

/**
 * There is no cluster to connect to: no source has one, or the chosen one cannot be used. The message says what is
 * wrong, where, and what to do.
 */
export class ConnectError extends Error {
  /** The error's name. */
  override readonly name = "ConnectError";
  /** The sources that were tried, if none had a cluster; empty if one has but cannot be used. */
  readonly attempts: readonly ConnectAttempt[];

  /**
   * Creates the error.
   *
   * @param message What cannot be done, and why.
   * @param options The sources that were tried, and the cause.
   */
  constructor(message: string, options: ConnectErrorOptions = {}) {
    const { attempts = [] } = options;
    super([message, ...attempts.map(({ source, reason }) => `  - ${source}: ${reason}`)].join("\n"), options);
    this.attempts = attempts;
  }
}

/** A Deno permission is missing. The message and `flags` name the flags to run with. */
export class PermissionError extends Error {
  /** The error's name. */
  override readonly name = "PermissionError";
  /** The flags that are missing, such as `--allow-net=10.0.0.1:6443`. */
  readonly flags: readonly string[];

  /**
   * Creates the error.
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
  const kinds = PERMISSION_KINDS.filter((kind) => (missing[kind] ?? []).length > 0);
  const flags = formatPermissionFlags(missing).join(" ");
  const names = new Intl.ListFormat("en-GB").format(kinds);
  return `${names} permission${kinds.length > 1 ? "s are" : " is"} missing: run with ${flags}`;
}
