/** Makes paths of permissions absolute, so that they mean the same in a configuration file and in an executable. */

import { mapNeeds, type PermissionNeeds } from "../../kube/mod.ts";

/** Absolute paths of Unix and Windows. */
const ABSOLUTE = /^([/\\]|[A-Za-z]:[/\\])/;

/** The needs with absolute paths, as far as this process may know its directory. */
export async function withAbsolutePaths(needs: PermissionNeeds): Promise<PermissionNeeds> {
  const isRelative = (path: string) => !ABSOLUTE.test(path);
  // A command without a slash is looked up in `PATH`.
  const commands = needs.run.filter((command) => /[/\\]/.test(command) && isRelative(command));
  const paths = [...needs.read, ...needs.write ?? [], ...needs.ffi ?? []].filter(isRelative);
  if (commands.length + paths.length === 0) return needs;
  const { resolve } = await import("node:path");
  const directory = currentDirectory();
  if (directory === undefined) return needs;
  const absolute = new Set([...commands, ...paths]);
  return mapNeeds((kind) => {
    const values = needs[kind] ?? [];
    if (!["read", "write", "ffi", "run"].includes(kind)) return values;
    return values.map((path) => absolute.has(path) ? resolve(directory, path) : path);
  });
}

/** `undefined` if it has been removed, or is not to be told. */
function currentDirectory(): string | undefined {
  try {
    return Deno.cwd();
  } catch {
    return undefined;
  }
}
