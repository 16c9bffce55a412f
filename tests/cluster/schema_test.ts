/** The schemas, on a real API server: `deno task test:cluster tests/cluster/schema_test.ts`. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { connect, defineResource, installCrd, isInvalid, send, type Transport } from "../../lib/kube/mod.ts";
import { systemClock, systemRandom } from "../../lib/time/mod.ts";
import { clusterTest } from "./cluster_test_case.ts";

/** Schemas of a field, with values that must be taken and values that must not. */
const FIELDS: Record<string, { schema: z.ZodType; good: unknown[]; bad: unknown[] }> = {
  text: { schema: z.string().min(2).regex(/^[\u0061-z]+$/), good: ["ab"], bad: ["a", "A1", 1] },
  whole: { schema: z.int(), good: [1, -1], bad: [1.5, "1"] },
  small: { schema: z.int32(), good: [2 ** 31 - 1], bad: [2 ** 31] },
  between: { schema: z.number().gt(3).lt(9), good: [3.1], bad: [3, 9] },
  word: { schema: z.enum(["a", "b"]), good: ["a"], bad: ["c"] },
  wordOrNull: { schema: z.enum(["a", "b"]).nullable(), good: ["a", null], bad: ["c"] },
  textOrNull: { schema: z.string().nullable(), good: ["a", null], bad: [1] },
  wholeOrText: {
    schema: z.union([z.int().min(1), z.string().regex(/^\d+%$/)]),
    good: [1, "25%"],
    bad: [0, "x", 1.5],
  },
  wholeOrAuto: { schema: z.union([z.literal("auto"), z.int()]), good: ["auto", 3], bad: ["x", 1.5] },
  wordOrPattern: { schema: z.union([z.literal("auto"), z.string().regex(/^\d+m$/)]), good: ["auto", "5m"], bad: ["5"] },
  tagged: {
    schema: z.discriminatedUnion("type", [
      z.object({ type: z.literal("a"), a: z.string().min(2) }),
      z.object({ type: z.literal("b"), b: z.array(z.object({ n: z.number().max(3) })) }),
    ]),
    good: [{ type: "a", a: "xx" }, { type: "b", b: [{ n: 1 }] }],
    bad: [{ type: "a", a: "x" }, { type: "b" }, { type: "b", b: [{ n: 4 }] }, { type: "c" }],
  },
  either: {
    schema: z.union([z.object({ a: z.string() }), z.object({ b: z.number() })]),
    good: [{ a: "x" }, { b: 1 }],
    bad: [{}],
  },
  loose: { schema: z.looseObject({ a: z.string() }), good: [{ a: "x", b: { c: [1] } }], bad: [{ b: 1 }] },
  numbers: { schema: z.record(z.string(), z.number()), good: [{ a: 1 }], bad: [{ a: "x" }] },
  anything: { schema: z.any(), good: [1, "x", { a: [1] }, [null]], bad: [] },
  time: { schema: z.iso.datetime(), good: ["2024-01-01T00:00:00Z"], bad: ["yesterday"] },
  duration: { schema: z.iso.duration(), good: ["P1DT2H"], bad: [1] },
  address: { schema: z.ipv6(), good: ["::1"], bad: ["x"] },
  pair: { schema: z.tuple([z.string(), z.string()]), good: [["a", "b"]], bad: [["a"], ["a", 1]] },
};

clusterTest("a real API server takes the schemas, and the values that they allow", async (cluster) => {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const transport: Transport = { client, clock: systemClock, random: systemRandom };
  const shape = Object.fromEntries(Object.entries(FIELDS).map(([name, { schema }]) => [name, schema.optional()]));
  const spec = z.object({ ...shape, filled: z.object({ n: z.int().default(3) }).prefault({}) });
  const group = `schema-${crypto.randomUUID().slice(0, 8)}.example.dev`;
  const Sample = defineResource({ group, version: "v1", kind: "Sample", scope: "Namespaced", spec, status: spec });
  assertEquals(await installCrd(client, Sample), "created");
  assertEquals(await installCrd(client, Sample), "unchanged");

  const store = async (spec?: object) => {
    const body = { apiVersion: `${group}/v1`, kind: "Sample", metadata: { generateName: "s-" }, spec };
    return await send(transport, { verb: "create", kind: Sample, namespace: "default", body }) as { spec: object };
  };
  assertEquals((await store()).spec, { filled: { n: 3 } });
  for (const [name, { good, bad }] of Object.entries(FIELDS)) {
    for (const value of good) assertEquals((await store({ [name]: value })).spec, { filled: { n: 3 }, [name]: value });
    for (const value of bad) {
      const error = await assertRejects(() => store({ [name]: value }));
      assert(isInvalid(error), `${name}: ${error}`);
    }
  }
});
