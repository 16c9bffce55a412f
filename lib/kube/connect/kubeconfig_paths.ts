/** Paths that stand in a kubeconfig: relative to the file that they stand in. */

import { dirname, isAbsolute, join } from "node:path";
import type { FileReference } from "./located.ts";
import type { Field } from "./field.ts";

/** The file that a field names; `undefined` when it names none. */
export function resolveFile(field: Field): string | undefined {
  const path = field.text();
  return path === undefined ? undefined : resolvePath(field, path);
}

/** The command that a field names. One without a slash is looked for in `PATH`, any other is a file. */
export function resolveCommand(field: Field): string {
  const command = field.requiredText();
  return /[/\\]/.test(command) ? resolvePath(field, command) : command;
}

function resolvePath({ file }: Field, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

/** The reference for a file that a field names; none when there is no file. */
export function fileReference(field: Field, path: string | undefined, isPem: boolean): FileReference[] {
  return path === undefined ? [] : [{ origin: `kubeconfig ${field.file}, ${field.path}`, path, isPem }];
}
