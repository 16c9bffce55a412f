/** What connecting needs from the machine. Only this file uses `Deno`'s permissions, environment and files here. */

import { type Clock, systemClock } from "../../../time/mod.ts";
import { ConnectError } from "./errors.ts";
import { mapNeeds, PERMISSION_KINDS, type PermissionKind, type PermissionNeeds } from "./needs.ts";

/** The machine that this process runs on. Nothing in it ever prompts. */
export interface Host {
  /** Whether paths and lists of paths are those of Windows. */
  readonly isWindows: boolean;
  /** The permissions that this process does not have. */
  missing(needs: PermissionNeeds): Promise<PermissionNeeds>;
  /** An environment variable; `undefined` if it is not set or empty. Check the permission first. */
  env(name: string): string | undefined;
  /** The text of a file; `undefined` if there is none. Check the permission first. */
  readTextFile(path: string): Promise<string | undefined>;
  /** Whether a Kubernetes API answers at the URL within a second. Check the permission first. */
  answers(server: string): Promise<boolean>;
}

/** How long an API server on this machine may take to answer, in milliseconds. */
const PATIENCE = 1_000;

/** The real machine. */
export const denoHost: Host = {
  isWindows: Deno.build.os === "windows",
  missing,
  env: (name) => Deno.env.get(name) || undefined,
  readTextFile,
  answers: (server) => answers(server, systemClock),
};

/**
 * The permission that Deno asks for, as it names it.
 *
 * @param kind Its kind.
 * @param value What of that kind; all of it if not given.
 */
export function describePermission(kind: PermissionKind, value?: string): Deno.PermissionDescriptor {
  // The type of `import` is missing in Deno.
  return { name: kind, ...(value !== undefined && { [SCOPES[kind]]: value }) } as Deno.PermissionDescriptor;
}

/** What a permission of each kind is limited to. */
const SCOPES: Readonly<Record<PermissionKind, string>> = {
  net: "host",
  read: "path",
  env: "variable",
  run: "command",
  write: "path",
  sys: "kind",
  ffi: "path",
  import: "host",
};

async function missing(needs: PermissionNeeds): Promise<PermissionNeeds> {
  const lacking = await Promise.all(PERMISSION_KINDS.map((kind) => withoutGranted(kind, needs[kind] ?? [])));
  return mapNeeds((kind) => lacking[PERMISSION_KINDS.indexOf(kind)]!);
}

async function withoutGranted(kind: PermissionKind, values: readonly string[]): Promise<string[]> {
  const states = await Promise.all(values.map((value) => Deno.permissions.query(describePermission(kind, value))));
  return values.filter((_, index) => states[index]?.state !== "granted");
}

async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

async function answers(server: string, clock: Clock): Promise<boolean> {
  const controller = new AbortController();
  const timer = clock.timer(PATIENCE, () => controller.abort());
  try {
    const response = await fetch(new URL("/api", server), { signal: controller.signal, redirect: "error" });
    const { kind } = await response.json();
    return kind === "APIVersions";
  } catch {
    // No server, or another kind of server, is listening: that answers the question.
    return false;
  } finally {
    timer.cancel();
  }
}

/**
 * Reads a file; `undefined` if there is none.
 *
 * @param host The machine.
 * @param path The file.
 * @param origin What needs the file, for the error.
 * @throws {ConnectError} If the file exists and cannot be read.
 */
export async function readFile(host: Host, path: string, origin: string): Promise<string | undefined> {
  try {
    return await host.readTextFile(path);
  } catch (cause) {
    throw new ConnectError(`Cannot use ${origin} as ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
