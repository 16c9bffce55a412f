import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, liveReadApi } from "../../lib/kube/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { type Answer, failure, Foo, listOf, scriptedTransport, storedFoo, storedMap, Zone } from "./fakes.ts";

function setup(...answers: Answer[]) {
  const { transport, seen } = scriptedTransport(...answers);
  const calls = () => seen.map(({ call }) => call);
  return { kube: liveReadApi({ transport, owner: storedFoo() }), transport, calls };
}

const MAPS = "/api/v1/namespaces/default/configmaps";

Deno.test("an object is read from the namespace of the Run's object, and is frozen", async () => {
  const { kube, calls } = setup(storedMap(), storedMap({ namespace: "other" }));
  const map = await kube.get(ConfigMap, "m");
  assert(Object.isFrozen(map?.metadata));
  await kube.get(ConfigMap, "m", { namespace: "other" });
  assertEquals(calls(), [`GET ${MAPS}/m`, "GET /api/v1/namespaces/other/configmaps/m"]);
});

Deno.test("a missing object is undefined; a missing kind is an error", async () => {
  const { kube } = setup(failure(404, "NotFound", "", { name: "m" }), "404 page not found");
  assertEquals(await kube.get(ConfigMap, "m"), undefined);
  await assertRejects(() => kube.get(Foo, "a"), ApiError, "check that the CRD is installed");
});

Deno.test("a list is read to its last page, and each of its objects says what it is", async () => {
  const page = (name: string, next?: string) => listOf(ConfigMap, [{ metadata: storedMap({ name }).metadata }], next);
  const { kube, calls } = setup(page("a", "more"), page("b", "rest"), page("c", ""));
  const maps = await kube.list(ConfigMap);
  assertEquals(maps.map(({ kind, apiVersion, metadata }) => [kind, apiVersion, metadata.name]), [
    ["ConfigMap", "v1", "a"],
    ["ConfigMap", "v1", "b"],
    ["ConfigMap", "v1", "c"],
  ]);
  assertEquals(calls(), [
    `GET ${MAPS}?limit=500`,
    `GET ${MAPS}?limit=500&continue=more`,
    `GET ${MAPS}?limit=500&continue=rest`,
  ]);
  assert(Object.isFrozen(maps) && Object.isFrozen(maps[0]));
});

Deno.test("a list whose pages expire is read again as a whole", async () => {
  const first = listOf(ConfigMap, [storedMap({ name: "old" })], "more");
  const whole = listOf(ConfigMap, [storedMap({ name: "new" })]);
  const { kube, calls } = setup(first, failure(410, "Expired"), whole);
  assertEquals((await kube.list(ConfigMap)).map(({ metadata }) => metadata.name), ["new"]);
  assertEquals(calls()[2], `GET ${MAPS}`);
});

Deno.test("a list that fails at its first page fails", async () => {
  const { kube } = setup(failure(410, "Expired"));
  await assertRejects(() => kube.list(ConfigMap), ApiError, "410 Expired");
});

Deno.test("labels and namespaces narrow a list; a star widens it", async () => {
  const { kube, calls } = setup(listOf(ConfigMap), listOf(ConfigMap, null), listOf(Zone));
  await kube.list(ConfigMap, { labels: { app: "web", tier: "a" } });
  await kube.list(ConfigMap, { namespace: "*", labels: "app in (a,b)" });
  await kube.list(Zone);
  assertEquals(calls(), [
    `GET ${MAPS}?limit=500&labelSelector=app=web,tier=a`,
    "GET /api/v1/configmaps?limit=500&labelSelector=app+in+(a,b)",
    "GET /apis/example.dev/v1/zones?limit=500",
  ]);
});

Deno.test("owned objects are found by the UID of their owner", async () => {
  const mine = storedMap({
    name: "mine",
    ownerReferences: [{ apiVersion: "x/v1", kind: "Foo", name: "a", uid: "uid-a" }],
  });
  const other = storedMap({ ownerReferences: [{ apiVersion: "x/v1", kind: "Foo", name: "a", uid: "older" }] });
  const { kube, transport } = setup(listOf(ConfigMap, [mine, other, storedMap()]));
  assertEquals((await kube.list(ConfigMap, { owned: true })).map(({ metadata }) => metadata.name), ["mine"]);
  await assertRejects(
    () => liveReadApi({ transport }).list(ConfigMap, { owned: true }),
    TypeError,
    "no object to own them",
  );
});

Deno.test("without a namespace, a list spans all namespaces, and a single object cannot be read", async () => {
  const { transport, seen } = scriptedTransport(listOf(ConfigMap));
  const kube = liveReadApi({ transport });
  await kube.list(ConfigMap);
  assertEquals(seen[0]!.call, "GET /api/v1/configmaps?limit=500");
  await assertRejects(() => kube.get(ConfigMap, "m"), TypeError, "no namespace is given");
});
