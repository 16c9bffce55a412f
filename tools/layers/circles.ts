/** Circles in a graph: found, and shown at their shortest. Pure. */

/** What each node leads to. */
export type Links = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The circles of a graph. Of those that share nodes one is given, the shortest through the first of these nodes: more may come
 * to light when it is undone.
 *
 * @returns The nodes of each, in order; none is named twice.
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

/** The links without those that follow from others. The graph must be without circles. */
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

/** The nodes from one to the other, without the last; at least one link long. `undefined` when there is no way. */
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
