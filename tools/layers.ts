/**
 * The law of the layers: which room of `lib/` may import which. Run by `deno task layers`; exits with 1 when it is broken.
 *
 * It reads the module graph of `deno info --json`, so what it sees is what runs, types included.
 */

/** Rooms that anyone may use. */
const LEAVES = ["model", "time", "telemetry"];

/** What each room may import besides the leaves and itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  time: [],
  wire: [],
  telemetry: [],
  steps: [],
  queue: [],
  kube: ["steps", "wire"],
  components: ["kube", "steps"],
  watch: ["kube", "queue", "wire"],
  run: ["kube", "queue", "steps"],
  http: [],
  controller: ["components", "http", "kube", "queue", "run", "steps", "watch"],
  testing: ["kube"],
};

/** One module of the graph. */
export interface ModuleImports {
  /** The path below the checkout: `lib/run/walk.ts`. */
  readonly path: string;
  /** The paths that it imports. */
  readonly imports: readonly string[];
}

/** What is wrong, a line each; empty when the law holds. */
export function findViolations(modules: readonly ModuleImports[]): string[] {
  return modules.flatMap(({ path, imports }) => imports.flatMap((target) => judge(path, target) ?? []));
}

function judge(from: string, to: string): string | undefined {
  const room = roomOf(from);
  const target = roomOf(to);
  if (room === undefined || target === undefined || room === target) return undefined;
  const allowed = ALLOWED[room];
  if (!allowed) return `${from}: room "${room}" is not known to the law of the layers: add it to tools/layers.ts`;
  const door = `lib/${target}/mod.ts`;
  if (![...LEAVES, ...allowed].includes(target)) return `${from} imports ${to}: ${room} may not use ${target}`;
  return to === door ? undefined : `${from} imports ${to}: another room is entered by its door, ${door}`;
}

function roomOf(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly { readonly code?: Resolved; readonly type?: Resolved }[];
  }[];
}
interface Resolved {
  readonly specifier?: string;
}

async function readGraph(root: URL): Promise<ModuleImports[]> {
  const entries = ["mod.ts", "lib/kube/kinds/mod.ts", "lib/testing/mod.ts"];
  const graphs = await Promise.all(entries.map((entry) => info(new URL(entry, root))));
  const below = (specifier: string | undefined) =>
    specifier?.startsWith(root.href) ? [specifier.slice(root.href.length)] : [];
  return graphs.flatMap(({ modules }) => modules).flatMap(({ specifier, dependencies = [] }) =>
    below(specifier).map((path) => ({
      path,
      imports: dependencies.flatMap(({ code, type }) => [...below(code?.specifier), ...below(type?.specifier)]),
    }))
  );
}

async function info(entry: URL): Promise<Graph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry.href] })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

if (import.meta.main) {
  const violations = [...new Set(findViolations(await readGraph(new URL("../", import.meta.url))))];
  // deno-lint-ignore no-console -- a tool's output
  for (const violation of violations) console.error(violation);
  if (violations.length > 0) Deno.exit(1);
}
