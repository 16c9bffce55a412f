/** Resolves paths in a kubeconfig relative to the file that they are in. */

import type { FileReference } from "../found/mod.ts";
import type { Field } from "./field.ts";

/** Absolute paths of Unix and Windows. */
const ABSOLUTE = /^([/\\]|[A-Za-z]:[/\\])/;

/** The file that a field names; `undefined` if it names none. */
export async function resolveFile(field: Field): Promise<string | undefined> {
  const path = field.text();
  return path === undefined ? undefined : await resolvePath(field, path);
}

/** The command that a field names. A command without a slash is looked up in `PATH`; any other is a file. */
export async function resolveCommand(field: Field): Promise<string> {
  const command = field.requiredText();
  return /[/\\]/.test(command) ? await resolvePath(field, command) : command;
}

async function resolvePath({ file }: Field, path: string): Promise<string> {
  if (ABSOLUTE.test(path)) return path;
  // Relative paths are rare, and this import takes longer than everything else here.
  const { dirname, join } = await import("node:path");
  return join(dirname(file), path);
}

/** A reference to the file that a field names; none if there is no file. */
export function fileReference(field: Field, path: string | undefined, isPem: boolean): FileReference[] {
  return path === undefined ? [] : [{ origin: `kubeconfig ${field.file}, ${field.path}`, path, isPem }];
}
