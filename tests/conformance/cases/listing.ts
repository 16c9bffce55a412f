/** Listing: pages, resource versions, selectors, representations. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Answered, fails } from "../api.ts";
import type { Case, Target } from "../target.ts";

async function makeAll(
  t: Target,
  names: readonly string[],
  labels: Record<string, string> = { made: "here" },
): Promise<Answered[]> {
  const made: Answered[] = [];
  for (const name of names) made.push(await t.api.create(t.core("secrets"), { metadata: { name, labels } }));
  return made;
}

function namesIn(list: Answered): string[] {
  return list.items.map(({ metadata }: Answered) => metadata.name);
}

export const LISTING: readonly Case[] = [
  {
    name: "a list is in the order of names, with the version it is of",
    async run(t) {
      const [, , last] = await makeAll(t, ["b", "a-1", "a"]);
      const list = await t.api.get(t.core("secrets"));
      assertEquals([list.kind, list.apiVersion, namesIn(list)], ["SecretList", "v1", ["a", "a-1", "b"]]);
      assert(Number(list.metadata.resourceVersion) >= Number(last!.metadata.resourceVersion));
    },
  },
  {
    name: "items of built-in kinds do not repeat their kind, items of custom kinds do",
    async run(t) {
      await makeAll(t, ["a"]);
      await t.api.create(t.widget(), t.newWidget("a"));
      const secrets = await t.api.get(t.core("secrets"));
      const widgets = await t.api.get(t.widget());
      assertEquals([secrets.items[0].kind, secrets.items[0].apiVersion], [undefined, undefined]);
      assertEquals([widgets.items[0].kind, widgets.items[0].apiVersion], [t.widgets.kind, t.widgets.apiVersion]);
      assertEquals([widgets.kind, widgets.metadata.continue], [`${t.widgets.kind}List`, ""]);
    },
  },
  {
    name: "a namespace that is not there has an empty list",
    async run(t) {
      assertEquals((await t.api.get("/api/v1/namespaces/no-such/secrets")).items, []);
    },
  },
  {
    name: "all namespaces can be listed at once",
    async run(t) {
      const [{ metadata }] = await makeAll(t, ["a"], { case: t.namespace }) as [Answered];
      const list = await t.api.get("/api/v1/secrets", { labelSelector: `case=${t.namespace}` });
      assertEquals(list.items.map((item: Answered) => item.metadata.uid), [metadata.uid]);
    },
  },
  {
    name: "a list in pages shows what was there when it began",
    async run(t) {
      await makeAll(t, ["a", "b", "c", "d", "e"]);
      const first = await t.api.get(t.core("secrets"), { limit: "2" });
      assertEquals([namesIn(first), first.metadata.remainingItemCount], [["a", "b"], 3]);
      await t.api.delete(t.core("secrets", "c"));
      await makeAll(t, ["cc"]);
      const second = await t.api.get(t.core("secrets"), { limit: "2", continue: first.metadata.continue! });
      assertEquals([namesIn(second), second.metadata.resourceVersion], [["c", "d"], first.metadata.resourceVersion]);
      const third = await t.api.get(t.core("secrets"), { limit: "2", continue: second.metadata.continue! });
      assertEquals([namesIn(third), third.metadata.continue], [["e"], undefined]);
    },
  },
  {
    name: "with a selector, pages do not say how many are left",
    async run(t) {
      await makeAll(t, ["a", "b", "c"]);
      const list = await t.api.get(t.core("secrets"), { limit: "1", labelSelector: "made=here" });
      assertEquals([namesIn(list), list.metadata.remainingItemCount], [["a"], undefined]);
      assertMatch(list.metadata.continue ?? "", /./);
    },
  },
  {
    name: "a list that needs no page does not have one",
    async run(t) {
      await makeAll(t, ["a", "b"]);
      const list = await t.api.get(t.core("secrets"), { limit: "2" });
      assertEquals([list.metadata.continue, list.metadata.remainingItemCount], [undefined, undefined]);
    },
  },
  {
    name: "a continue token must be one that was given out",
    async run(t) {
      await fails(400, "BadRequest", t.api.get(t.core("secrets"), { continue: "abc" }));
    },
  },
  {
    name: "with version 0 a limit has no effect",
    async run(t) {
      await makeAll(t, ["a", "b"]);
      // The cache of a real server may be behind; it is at a version that was asked for before.
      const { metadata } = await t.api.get(t.core("secrets"));
      await t.api.get(t.core("secrets"), { resourceVersion: metadata.resourceVersion });
      assertEquals(namesIn(await t.api.get(t.core("secrets"), { limit: "1", resourceVersion: "0" })), ["a", "b"]);
    },
  },
  {
    name: "an exact version shows what was there then",
    async run(t) {
      const [a] = await makeAll(t, ["a"]);
      const then = a!.metadata.resourceVersion;
      await t.api.patch(t.core("secrets", "a"), "merge", { metadata: { labels: { made: "later" } } });
      await makeAll(t, ["b"]);
      const list = await t.api.get(t.core("secrets"), { resourceVersion: then, resourceVersionMatch: "Exact" });
      assertEquals([namesIn(list), list.metadata.resourceVersion, list.items[0].metadata.labels], [["a"], then, {
        made: "here",
      }]);
    },
  },
  {
    name: "a version with a limit is exact, a version without is a minimum",
    async run(t) {
      const [a] = await makeAll(t, ["a", "b"]);
      const { resourceVersion } = a!.metadata;
      assertEquals(namesIn(await t.api.get(t.core("secrets"), { resourceVersion, limit: "5" })), ["a"]);
      const { metadata } = await t.api.get(t.core("secrets"), { resourceVersion });
      assert(Number(metadata.resourceVersion) >= Number(resourceVersion));
      const match = { resourceVersion, resourceVersionMatch: "NotOlderThan" };
      assert(Number((await t.api.get(t.core("secrets"), match)).metadata.resourceVersion) >= Number(resourceVersion));
    },
  },
  {
    name: "a version of the future times out, with its own cause",
    async run(t) {
      const { metadata } = await t.api.get(t.core("secrets"));
      const resourceVersion = String(Number(metadata.resourceVersion) + 1_000_000);
      const status = await fails(504, "Timeout", t.api.get(t.core("secrets"), { resourceVersion }));
      assertMatch(status.message, /^Timeout: Too large resource version: \d+, current: \d+$/);
      assertEquals(status.details, {
        causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
        retryAfterSeconds: 1,
      });
    },
  },
  {
    name: "versions are numbers",
    async run(t) {
      const status = await fails(400, "BadRequest", t.api.get(t.core("secrets"), { resourceVersion: "abc" }));
      assertMatch(status.message, /^invalid resource version/);
    },
  },
  {
    name: "resourceVersionMatch needs a version, and a rule that goes with it",
    async run(t) {
      const path = t.core("secrets");
      for (
        const query of [
          { resourceVersionMatch: "Exact" },
          { resourceVersionMatch: "Exact", resourceVersion: "0" },
          { resourceVersionMatch: "Other", resourceVersion: "5" },
        ]
      ) {
        const status = await fails(422, "Invalid", t.api.get(path, query as unknown as Record<string, string>));
        assertEquals(status.details?.causes?.[0]?.field, "resourceVersionMatch");
      }
    },
  },
  {
    name: "sendInitialEvents is not for lists",
    async run(t) {
      const query = { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan", resourceVersion: "1" };
      const status = await fails(422, "Invalid", t.api.get(t.core("secrets"), query));
      assertEquals(status.details?.causes?.map(({ field }) => field), ["sendInitialEvents"]);
    },
  },
  {
    name: "labels are selected by equality, by sets, and by being there",
    async run(t) {
      await makeAll(t, ["a"], { app: "x", tier: "1" });
      await makeAll(t, ["b"], { app: "y" });
      await makeAll(t, ["c"], { app: "z", tier: "2" });
      const selected = async (labelSelector: string) => namesIn(await t.api.get(t.core("secrets"), { labelSelector }));
      assertEquals(await selected("app=x"), ["a"]);
      assertEquals(await selected("app==x"), ["a"]);
      assertEquals(await selected("app!=x"), ["b", "c"]);
      assertEquals(await selected("app in (x, y)"), ["a", "b"]);
      assertEquals(await selected("app notin (x,y)"), ["c"]);
      assertEquals(await selected("tier"), ["a", "c"]);
      assertEquals(await selected("!tier"), ["b"]);
      assertEquals(await selected("app in (x,z),tier!=1"), ["c"]);
    },
  },
  {
    name: "a selector that cannot be read is refused",
    async run(t) {
      const status = await fails(400, "BadRequest", t.api.get(t.core("secrets"), { labelSelector: "a in b" }));
      assertMatch(status.message, /^unable to parse requirement: /);
    },
  },
  {
    name: "fields are selected by name, namespace and what the kind offers",
    async run(t) {
      await makeAll(t, ["a", "b"]);
      const selected = async (fieldSelector: string) => namesIn(await t.api.get(t.core("secrets"), { fieldSelector }));
      assertEquals(await selected("metadata.name=a"), ["a"]);
      assertEquals(await selected("metadata.name!=a"), ["b"]);
      assertEquals(await selected(`metadata.namespace=${t.namespace}`), ["a", "b"]);
      assertEquals(await selected("type=Opaque"), ["a", "b"]);
      assertEquals(await selected("type=other"), []);
      await fails(400, "BadRequest", t.api.get(t.core("secrets"), { fieldSelector: "spec.other=x" }));
    },
  },
  {
    name: "metadata alone can be asked for, of one and of many",
    async run(t) {
      const [{ metadata }] = await makeAll(t, ["a"]) as [Answered];
      const one = await t.api.call("GET", t.core("secrets", "a"), {
        accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
      });
      assertEquals(one, { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata });
      const accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
      const list = await t.api.call("GET", t.core("secrets"), { accept });
      assertEquals([list.kind, list.items], ["PartialObjectMetadataList", [one]]);
    },
  },
  {
    name: "one kind's metadata is not another's representation",
    async run(t) {
      const accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
      await fails(406, "NotAcceptable", t.api.call("GET", t.core("secrets"), { accept }));
      await fails(406, "NotAcceptable", t.api.call("GET", t.core("secrets"), { accept: "text/other" }));
    },
  },
];
