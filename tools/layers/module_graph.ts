/** The module graph of this module from `deno info`, with types. */

import { readEntries } from "../entries.ts";

/** One module of the graph. */
export interface ModuleImports {
  /** The path inside the checkout: `lib/run/walk.ts`. */
  readonly path: string;
  /** The paths that it imports. */
  readonly imports: readonly string[];
}

/**
 * Reads the modules that the entries of `deno.json` lead to.
 *
 * @param root The checkout.
 * @throws {Error} If one of them cannot be loaded.
 */
export async function readGraph(root: URL): Promise<ModuleImports[]> {
  const entries = [...(await readEntries(root)).values()];
  const graphs = await Promise.all(entries.map((entry) => info(new URL(entry, root))));
  const below = (specifier: string | undefined) =>
    specifier?.startsWith(root.href) ? [specifier.slice(root.href.length)] : [];
  const modules = graphs.flatMap(({ modules }) => modules).flatMap(({ specifier, dependencies = [] }) =>
    below(specifier).map((path): [string, ModuleImports] => [path, {
      path,
      imports: dependencies.flatMap(({ code, type }) => [...below(code?.specifier), ...below(type?.specifier)]),
    }])
  );
  return [...new Map(modules).values()].sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The files of `lib/`, as paths inside the checkout. */
export async function filesOf(root: URL, directory = "lib"): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(directory, root))) {
    const path = `${directory}/${name}`;
    if (isDirectory) found.push(...await filesOf(root, path));
    else if (name.endsWith(".ts")) found.push(path);
  }
  return found;
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    /** Why it could not be loaded; `deno info` succeeds in spite of it. */
    readonly error?: string;
    readonly dependencies?: readonly { readonly code?: Resolved; readonly type?: Resolved }[];
  }[];
}
interface Resolved {
  readonly specifier?: string;
}

async function info(entry: URL): Promise<Graph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry.href] })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const graph: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const broken = graph.modules.find(({ error }) => error !== undefined);
  if (broken) throw new Error(`Cannot read the module graph as ${broken.specifier} cannot be loaded: ${broken.error}`);
  return graph;
}
