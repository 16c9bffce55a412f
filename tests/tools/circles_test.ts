import { assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/testing/mod.ts";
import { findCircles, withoutDetours } from "../../tools/layers/circles.ts";

const linksOf = (links: Record<string, string[]>) =>
  new Map(Object.entries(links).map(([node, targets]) => [node, new Set(targets)]));

Deno.test("each group of nodes in a circle is told once, by its shortest", () => {
  const links = linksOf({
    ...{ a: ["b"], b: ["c", "a"], c: ["a"] },
    ...{ d: ["a", "e"], e: ["f"], f: ["e"] },
    g: ["g"],
  });
  assertEquals(findCircles(links), [["a", "b"], ["e", "f"], ["g"]]);
});

/** Whether nodes can be taken away one by one, each when nothing is left that it leads to. */
function hasOrder(links: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const left = new Map(links);
  for (;;) {
    const free = [...left].find(([, targets]) => ![...targets].some((target) => left.has(target)));
    if (!free) return left.size === 0;
    left.delete(free[0]);
  }
}

function randomLinks(seed: number): Map<string, Set<string>> {
  const random = seededRandom(seed);
  const nodes = Array.from({ length: 2 + Math.floor(random.next() * 7) }, (_, at) => `n${at}`);
  const share = random.next() * 0.4;
  return new Map(nodes.map((node) => [node, new Set(nodes.filter(() => random.next() < share))]));
}

Deno.test("a graph has circles when and only when it has no order, and each that is told is one", () => {
  let without = 0;
  for (let seed = 1; seed <= 2_000; seed++) {
    const links = randomLinks(seed);
    const circles = findCircles(links);
    assertEquals(circles.length === 0, hasOrder(links), `seed ${seed}`);
    if (circles.length === 0) without++;
    for (const circle of circles) {
      assertEquals(circle.every((node, at) => links.get(node)!.has(circle[(at + 1) % circle.length]!)), true);
      assertEquals(new Set(circle).size, circle.length);
    }
  }
  // Both kinds were tried.
  assertEquals(without > 200 && without < 1_800, true, `${without} of 2000 without circles`);
});

/** Where one gets from each node. */
function reach(links: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string[]> {
  const from = (node: string): Set<string> => {
    const seen = new Set<string>();
    const queue = [node];
    for (const at of queue) {
      for (const next of links.get(at) ?? []) {
        if (!seen.has(next)) queue.push(next);
        seen.add(next);
      }
    }
    return seen;
  };
  return Object.fromEntries([...links.keys()].map((node) => [node, [...from(node)].sort()]));
}

Deno.test("without detours, every node is reached as before, and no link can be left out any more", () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    const links = randomLinks(seed);
    if (!hasOrder(links)) continue;
    const reduced = withoutDetours(links);
    assertEquals(reach(reduced), reach(links), `seed ${seed}`);
    for (const [node, targets] of reduced) {
      for (const target of targets) {
        const less = new Map(reduced).set(node, new Set([...targets].filter((other) => other !== target)));
        assertEquals(reach(less)[node]!.includes(target), false, `seed ${seed}: ${node} → ${target}`);
      }
    }
  }
});
