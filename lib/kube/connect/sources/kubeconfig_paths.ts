/** Paths that stand in a kubeconfig: relative to the file that they stand in. */

import type { FileReference } from "../found/mod.ts";
import type { Field } from "./field.ts";

/** Paths that stand for themselves, of both sorts of systems. */
const ABSOLUTE = /^([/\\]|[A-Za-z]:[/\\])/;

/** The file that a field names; `undefined` when it names none. */
export async function resolveFile(field: Field): Promise<string | undefined> {
  const path = field.text();
  return path === undefined ? undefined : await resolvePath(field, path);
}

/** The command that a field names. One without a slash is looked for in `PATH`, any other is a file. */
export async function resolveCommand(field: Field): Promise<string> {
  const command = field.requiredText();
  return /[/\\]/.test(command) ? await resolvePath(field, command) : command;
}

async function resolvePath({ file }: Field, path: string): Promise<string> {
  if (ABSOLUTE.test(path)) return path;
  // Relative paths are rare, and this takes longer to load than all that is here.
  const { dirname, join } = await import("node:path");
  return join(dirname(file), path);
}

/** The reference for a file that a field names; none when there is no file. */
export function fileReference(field: Field, path: string | undefined, isPem: boolean): FileReference[] {
  return path === undefined ? [] : [{ origin: `kubeconfig ${field.file}, ${field.path}`, path, isPem }];
}
