/** Draws the picture of the house and the list of inner rooms from the module graph. Pure. */

import { type Links, withoutDetours } from "./circles.ts";
import type { ModuleImports } from "./module_graph.ts";
import { HOUSE, partsOf, roomOf, roomsOf } from "./rooms.ts";

/** The line that begins the drawn part of the page. */
export const BEGIN = "<!-- Drawn by `deno task layers:picture`; the gate holds it true. -->";
/** The line that ends it. */
export const END = "<!-- End of what is drawn. -->";

/** The input of the picture. */
export interface House {
  readonly modules: readonly ModuleImports[];
  /** Rooms that all others may import; no arrows lead to them. */
  readonly leaves: readonly string[];
  /** The texts of the doors, by path. */
  readonly doors: ReadonlyMap<string, string>;
}

/**
 * Replaces the drawn part of a page by the picture and the list.
 *
 * @throws {Error} If the page does not mark that part.
 */
export function withPicture(page: string, house: House): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot draw the picture as the page must hold "${BEGIN}" and "${END}"`);
  }
  return `${page.slice(0, begin)}${BEGIN}\n\n${drawPicture(house)}\n\n${listRooms(house)}\n\n${page.slice(end)}`;
}

/** The picture, as Mermaid. An arrow leads from a room to a room that it imports, unless it follows from other arrows. */
export function drawPicture({ modules, leaves }: House): string {
  const rooms = roomsOf(modules);
  const leafRooms = leaves.map((leaf) => `${HOUSE}/${leaf}`);
  const childrenOf = (room: string) => rooms.filter((other) => roomOf(other) === room);
  const draw = (room: string, indent: string): string[] => {
    const [name, inner] = [room.slice(room.lastIndexOf("/") + 1), childrenOf(room)];
    if (inner.length === 0) return [`${indent}${idOf(room)}["${name}"]`];
    return [
      `${indent}subgraph ${idOf(room)}["${name}"]`,
      ...inner.flatMap((other) => draw(other, `${indent}  `)),
      ...arrowsWithin(room, modules, (part) => inner.includes(part), `${indent}  `),
      `${indent}end`,
    ];
  };
  const isDrawn = (part: string) => rooms.includes(part) && !leafRooms.includes(part);
  return [
    "```mermaid",
    "flowchart TD",
    '  subgraph leaves["leaves, which any room may use"]',
    ...leafRooms.flatMap((room) => draw(room, "    ")),
    ...arrowsWithin(HOUSE, modules, (part) => leafRooms.includes(part), "    "),
    "  end",
    ...childrenOf(HOUSE).filter(isDrawn).flatMap((room) => draw(room, "  ")),
    ...arrowsWithin(HOUSE, modules, isDrawn, "  "),
    "```",
  ].join("\n");
}

function arrowsWithin(
  room: string,
  modules: readonly ModuleImports[],
  isDrawn: (part: string) => boolean,
  indent: string,
): string[] {
  const links: Links = partsOf(room, modules).imports;
  // Reduced without the files that are not drawn: a way through one of them is no arrow.
  const drawn = new Map(
    [...links].filter(([part]) => isDrawn(part)).sort(byName)
      .map(([part, others]): [string, Set<string>] => [part, new Set([...others].filter(isDrawn))]),
  );
  return [...withoutDetours(drawn)].flatMap(([part, others]) =>
    others.size === 0 ? [] : [`${indent}${idOf(part)} --> ${[...others].map(idOf).join(" & ")}`]
  );
}

/** The inner rooms, one per entry: the neighbours that each one imports, and the text of its door. */
export function listRooms({ modules, doors }: House): string {
  const rooms = roomsOf(modules);
  const inner = rooms.filter((room) => roomOf(room) !== HOUSE);
  const rows = inner.map((room) => {
    const { imports } = partsOf(roomOf(room)!, modules);
    const neighbours = [...imports.get(room) ?? []].filter((part) => rooms.includes(part)).sort()
      .map((part) => `\`${part.slice(part.lastIndexOf("/") + 1)}\``);
    const imported = neighbours.length > 0 ? ` → ${neighbours.join(", ")}` : "";
    return `- **\`${room}\`**${imported}: ${purposeOf(doors.get(`${room}/mod.ts`) ?? "")}`;
  });
  return rows.join("\n");
}

/** The first paragraph of a door's comment, in one line. */
export function purposeOf(text: string): string {
  const comment = /^\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? "";
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trim());
  const paragraph = lines.join("\n").trim().split(/\n\n/, 1)[0]!;
  return paragraph.replaceAll("\n", " ").replace(/\{@link (\w+)\}/g, "`$1`");
}

function idOf(room: string): string {
  return room.slice(HOUSE.length + 1).replaceAll("/", "_");
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
