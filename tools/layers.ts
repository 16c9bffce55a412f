/**
 * The rules of the layers: which room of `lib/` may import which, through which door, and without circles.
 * `deno task layers` runs it, and exits with 1 if a rule is broken or the picture in `ARCHITECTURE.md` differs from the
 * graph; `deno task layers:picture` draws the picture again.
 *
 * It reads the module graph of `deno info --json`, so it sees exactly what runs, with types.
 */

import { findCircles } from "./layers/circles.ts";
import { filesOf, type ModuleImports, readGraph } from "./layers/module_graph.ts";
import { withPicture } from "./layers/picture.ts";
import { doorTo, HOUSE, outerRoomOf, partsOf, roomOf, roomsOf } from "./layers/rooms.ts";

/** Rooms that all others may import. */
const LEAVES = ["model", "time", "telemetry"];

/** The rooms that each room may import, besides the leaves and itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  time: [],
  wire: [],
  telemetry: [],
  steps: [],
  queue: [],
  kube: ["steps", "wire"],
  components: ["kube", "steps"],
  watch: ["kube", "wire"],
  client: ["kube", "steps", "watch"],
  run: ["kube", "queue", "steps"],
  http: [],
  controller: ["components", "http", "kube", "queue", "run", "steps", "watch"],
  deploy: ["components", "controller", "kube", "steps"],
  cli: ["controller", "deploy", "http", "kube", "steps", "watch"],
  ship: ["deploy", "kube"],
  testing: ["client", "controller", "kube", "steps"],
  doors: ["components", "controller", "http", "kube", "steps", "watch"],
};

/**
 * Rooms within rooms that others enter by their own doors, since a process that needs them must not load the rest of the
 * room around them.
 */
const OPEN_DOORS: ReadonlySet<string> = new Set(["lib/deploy/operator/mod.ts", "lib/deploy/permissions/mod.ts"]);

/** How many files a room may have, its door included: what has more wants rooms within. */
const MOST_FILES = 22;

/** The broken rules, one per line; empty if none is broken. */
export function findViolations(modules: readonly ModuleImports[]): string[] {
  const imports = modules.flatMap(({ path, imports }) => imports.flatMap((target) => judge(path, target) ?? []));
  return [...new Set([...imports, ...fileCircles(modules), ...roomCircles(modules), ...tooLarge(modules)])];
}

/** Files that no entry of the module leads to: nobody can use their contents. */
export function findUnreached(files: readonly string[], modules: readonly ModuleImports[]): string[] {
  const reached = new Set(modules.map(({ path }) => path));
  return files.filter((file) => !reached.has(file)).sort().map((file) => `${file}: no entry of deno.json leads to it`);
}

function judge(from: string, to: string): string | undefined {
  const [room, target] = [outerRoomOf(from), outerRoomOf(to)];
  if (target === undefined) return undefined;
  if (room !== undefined && room !== target) {
    const [name, other] = [nameOf(room), nameOf(target)];
    const allowed = ALLOWED[name];
    if (!allowed) return `${from}: room "${name}" is not known to the law of the layers: add it to tools/layers.ts`;
    if (![...LEAVES, ...allowed].includes(other)) return `${from} imports ${to}: ${name} may not use ${other}`;
  }
  const door = doorTo(to, from);
  if (door === undefined || to === door || OPEN_DOORS.has(to)) return undefined;
  return `${from} imports ${to}: another room is entered by its door, ${door}`;
}

function fileCircles(modules: readonly ModuleImports[]): string[] {
  const links = new Map(modules.map(({ path, imports }) => [path, new Set(imports)]));
  return findCircles(links).map(([first = "", ...others]) =>
    others.length === 0
      ? `${first} imports itself`
      : `${first} imports itself by way of others: ${[first, ...others, first].join(" → ")}`
  );
}

function roomCircles(modules: readonly ModuleImports[]): string[] {
  return [HOUSE, ...roomsOf(modules)].flatMap((room) => {
    const { imports, why } = partsOf(room, modules);
    const containsRoom = (circle: readonly string[]) => circle.some((part) => !part.endsWith(".ts"));
    return findCircles(imports).filter(containsRoom).map((circle) => {
      const reasons = circle.map((part, at) => why(part, circle[(at + 1) % circle.length]!));
      const shown = reasons.map(({ from, to }) => `${from} imports ${to}`).join("; ");
      return `${[...circle, circle[0]].join(" → ")}: what lies in ${room} must have an order: ${shown}`;
    });
  });
}

function tooLarge(modules: readonly ModuleImports[]): string[] {
  return [...sizesOf(modules)].filter(([, size]) => size > MOST_FILES)
    .map(([room, size]) => `${room} has ${size} files, and may have ${MOST_FILES}: give it rooms within`);
}

/** How many files lie in each room itself. */
function sizesOf(modules: readonly ModuleImports[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { path } of modules) {
    const room = roomOf(path);
    if (room !== undefined) sizes.set(room, (sizes.get(room) ?? 0) + 1);
  }
  return sizes;
}

function nameOf(room: string): string {
  return room.slice(HOUSE.length + 1);
}

/** The size of the house, in one line. */
export function describeHouse(modules: readonly ModuleImports[]): string {
  const rooms = roomsOf(modules);
  const [largest, files] = [...sizesOf(modules)].sort(([, a], [, b]) => b - a)[0] ?? ["none", 0];
  const inner = rooms.filter((room) => roomOf(room) !== HOUSE).length;
  return `${rooms.length - inner} rooms with ${inner} inner rooms; the largest, ${largest}, has ${files} files`;
}

/** `ARCHITECTURE.md` with the picture of the graph, formatted. */
async function draw(page: string, root: URL, modules: readonly ModuleImports[]): Promise<string> {
  const paths = modules.map(({ path }) => path).filter((path) => path.endsWith("/mod.ts"));
  const doors = new Map(
    await Promise.all(paths.map(async (path) => [path, await Deno.readTextFile(new URL(path, root))] as const)),
  );
  const format = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = format.stdin.getWriter();
  await writer.write(new TextEncoder().encode(withPicture(page, { modules, leaves: LEAVES, doors })));
  await writer.close();
  const { success, stdout } = await format.output();
  if (!success) throw new Error("Cannot draw the picture as deno fmt failed");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  const modules = await readGraph(root);
  const wrong = [...findViolations(modules), ...findUnreached(await filesOf(root), modules)];
  const page = new URL("ARCHITECTURE.md", root);
  const before = await Deno.readTextFile(page);
  // With circles, the picture would be useless.
  const after = wrong.length === 0 ? await draw(before, root, modules) : before;
  if (Deno.args.includes("--draw")) await Deno.writeTextFile(page, after);
  else if (after !== before) {
    wrong.push("ARCHITECTURE.md: the picture is not what the module graph gives: run deno task layers:picture");
  }
  // deno-lint-ignore no-console -- a tool's output
  for (const line of wrong.length > 0 ? wrong : [describeHouse(modules)]) console.error(line);
  if (wrong.length > 0) Deno.exit(1);
}
