/** Rooms and inner rooms: every directory in `lib/` is one. Pure. */

import type { ModuleImports } from "./module_graph.ts";

/** The house that contains all rooms. */
export const HOUSE = "lib";

/** The room of a file, such as `lib/watch/cache`; `undefined` outside the house. */
export function roomOf(path: string): string | undefined {
  return path.startsWith(`${HOUSE}/`) ? path.slice(0, path.lastIndexOf("/")) : undefined;
}

/** The outermost room of a file, such as `lib/watch`; `undefined` outside the house. */
export function outerRoomOf(path: string): string | undefined {
  return /^lib\/[^/]+(?=\/)/.exec(path)?.[0];
}

/**
 * The door through which one file must import another: that of the outermost room that contains the imported file but
 * not the importing one; `undefined` if there is no such room, so that the file is imported directly.
 */
export function doorTo(path: string, from: string): string | undefined {
  const parts = path.split("/");
  for (let depth = 2; depth < parts.length; depth++) {
    const room = parts.slice(0, depth).join("/");
    if (!from.startsWith(`${room}/`)) return `${room}/mod.ts`;
  }
  return undefined;
}

/** All rooms that contain modules, outer ones first. */
export function roomsOf(modules: readonly ModuleImports[]): string[] {
  const rooms = new Set<string>();
  for (const { path } of modules) {
    for (let room = roomOf(path); room !== undefined && room !== HOUSE; room = roomOf(room)) rooms.add(room);
  }
  return [...rooms].sort();
}

/** One import between two parts of a room. */
export interface PartImport {
  /** The file. */
  readonly from: string;
  /** The file that it imports. */
  readonly to: string;
}

/** Parts of a room that import each other. */
export interface Parts {
  /** The other parts that each part imports. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  /** An example import between each two parts. */
  why(part: string, other: string): PartImport;
}

/** The parts of a room: its inner rooms, and its own files except its door, which names them all. */
export function partsOf(room: string, modules: readonly ModuleImports[]): Parts {
  const partOf = (path: string) => {
    const name = path.startsWith(`${room}/`) ? path.slice(room.length + 1) : "mod.ts";
    return name === "mod.ts" ? undefined : `${room}/${name.split("/", 1)[0]}`;
  };
  const imports = new Map<string, Set<string>>();
  const reasons = new Map<string, PartImport>();
  for (const { path: from, imports: targets } of modules) {
    const part = partOf(from);
    if (part === undefined) continue;
    const others = imports.get(part) ?? new Set();
    imports.set(part, others);
    for (const to of targets) {
      const other = partOf(to);
      if (other === undefined || other === part) continue;
      others.add(other);
      reasons.set(`${part} ${other}`, { from, to });
    }
  }
  return { imports, why: (part, other) => reasons.get(`${part} ${other}`)! };
}
