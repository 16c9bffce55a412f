/** Finds the circles of a graph, and shows each at its shortest. Pure. */

/** The nodes that each node leads to. */
export type Links = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The circles of a graph. Of circles that share nodes, only the shortest one through the first of these nodes is
 * returned: undoing it may reveal more.
 *
 * @returns The nodes of each circle, in order; each node once.
 */
export function findCircles(links: Links): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  for (const node of [...links.keys()].sort()) {
    if (done.has(node)) continue;
    const circle = shortestPath(links, node, node);
    if (!circle) continue;
    found.push(circle);
    for (const other of links.keys()) {
      if (shortestPath(links, node, other) && shortestPath(links, other, node)) done.add(other);
    }
  }
  return found;
}

/** The links without those that follow from others. The graph must have no circles. */
export function withoutDetours(links: Links): Map<string, Set<string>> {
  const reduced = new Map<string, Set<string>>();
  for (const [node, targets] of links) {
    const needed = [...targets].filter((target) =>
      ![...targets].some((other) => other !== target && shortestPath(links, other, target))
    );
    reduced.set(node, new Set(needed.sort()));
  }
  return reduced;
}

/** The nodes on the way from one node to another, without the last; at least one link. `undefined` if there is no way. */
function shortestPath(links: Links, from: string, to: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [from];
  for (const node of queue) {
    for (const next of [...links.get(node) ?? []].sort()) {
      if (next === to) return pathBack(cameFrom, node, from);
      if (next === from || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}

function pathBack(cameFrom: ReadonlyMap<string, string>, last: string, first: string): string[] {
  const path = [last];
  while (path[0] !== first) path.unshift(cameFrom.get(path[0]!)!);
  return path;
}
