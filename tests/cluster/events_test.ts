/** Events and conditions on a real control plane: `deno task test:cluster tests/cluster/events_test.ts`. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type BackoffOptions,
  type ClusterClient,
  type Condition,
  conditionsSchema,
  connect,
  create,
  defineResource,
  defineSteps,
  installCrd,
  type Logger,
  serveController,
  type ServeOptions,
  setCondition,
  silentLogger,
} from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { ApiFailure, type ApiTarget, callApi } from "./api.ts";
import { type Cluster, eventually, readAudit } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { pause } from "./eventually.ts";
import { adminOf } from "./simple_fixture.ts";

/** An Event of `v1`, which is what kubectl reads, as far as the tests look. */
interface CoreEvent {
  metadata: { name: string; namespace: string };
  type: string;
  reason: string;
  action: string;
  message: string;
  eventTime: string;
  reportingComponent: string;
  reportingInstance: string;
  involvedObject: Record<string, string>;
  series?: { count: number; lastObservedTime: string };
}

/** A kind of a group of its own, so that tests do not meet. */
function newKind(scope: "Namespaced" | "Cluster" = "Namespaced") {
  return defineResource({
    group: `e${crypto.randomUUID().slice(0, 8)}.example.dev`,
    version: "v1",
    kind: "Thing",
    scope,
    spec: jsonSchema<{ bad?: boolean }>({ type: "object", properties: { bad: { type: "boolean" } } }),
    status: jsonSchema<{ conditions?: Condition[] }>({ type: "object", properties: { conditions: conditionsSchema } }),
  });
}
type Thing = ReturnType<typeof newKind>;

/** A ConfigMap, unless the Thing is bad; then a condition. */
function stepsFor(thing: Thing) {
  return defineSteps(thing)
    .observe("find the map", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name, { namespace: "default" }))
    .change("create the map", ({ object: { metadata: { name }, spec } }, found) => {
      if (spec.bad) throw new Error(`the map of ${name} cannot be drawn: ${"ö".repeat(2_000)}`);
      return found ?? create(ConfigMap, { metadata: { name, namespace: "default" } });
    })
    .change("report", ({ object: { metadata, status }, runStart, setStatus }) =>
      setStatus({
        conditions: setCondition(status?.conditions, {
          type: "Ready",
          status: "True",
          reason: "MapIsThere",
          observedGeneration: metadata.generation,
        }, { now: runStart }),
      }))
    .observe("wait", ({ stop }) => stop({ reason: "for the snow to melt", requeueAfter: "200ms" }));
}

function keepingLogger(): Logger & { lines: string[] } {
  const lines: string[] = [];
  const keep = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  return { lines, debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
}

async function serve(client: ClusterClient, resource: Thing, more: ServeOptions & { backoff?: BackoffOptions } = {}) {
  return await serveController({
    resource,
    steps: stepsFor(resource),
    owns: [ConfigMap],
    backoff: { base: "50ms", cap: "50ms" },
    client,
    events: true,
    logger: silentLogger,
    handleSignals: false,
    ...more,
  });
}

async function createThing(target: ApiTarget, thing: Thing, name: string, spec: Thing["objectType"] | object = {}) {
  const namespace = thing.scope === "Cluster" ? "" : "/namespaces/default";
  const path = `/apis/${thing.group}/v1${namespace}/things`;
  const body = { apiVersion: `${thing.group}/v1`, kind: "Thing", metadata: { name }, spec };
  return await callApi<{ metadata: { uid: string } }>(target, "POST", path, body);
}

/** The Events that `kubectl describe` finds for an object, oldest first. */
async function described(target: ApiTarget, name: string, uid: string, namespace = "default"): Promise<CoreEvent[]> {
  const place = namespace === "" ? "" : `involvedObject.namespace=${namespace},`;
  const selector = `${place}involvedObject.name=${name},involvedObject.uid=${uid},involvedObject.kind=Thing`;
  const query = `fieldSelector=${encodeURIComponent(selector)}`;
  const { items } = await callApi<{ items: CoreEvent[] }>(target, "GET", `/api/v1/namespaces/default/events?${query}`);
  return items.sort((a, b) => a.eventTime < b.eventTime ? -1 : 1);
}

clusterTest("kubectl finds the Events of an object: changes, what is waited for, each once", async (cluster) => {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const thing = newKind();
  await installCrd(client, thing);
  const target = adminOf(cluster);
  const name = `t-${crypto.randomUUID().slice(0, 8)}`;
  let events: CoreEvent[];
  {
    await using _controller = await serve(client, thing);
    const { metadata: { uid } } = await createThing(target, thing, name);
    events = await eventually(async () => {
      const found = await described(target, name, uid);
      return found.length >= 3 && found;
    }, { within: 20_000 });
    // It waits again and again, and that is not told again.
    await pause(1_500);
    events = await described(target, name, uid);
  }
  assertEquals(events.map(({ type, reason, action, message, series }) => [type, reason, action, message, series]), [
    ["Normal", "Modified", "CreateTheMap", `create the map: create ConfigMap default/${name}`, undefined],
    ["Normal", "Modified", "Report", `report: patch status of Thing default/${name}`, undefined],
    ["Normal", "Stopped", "Wait", "wait: for the snow to melt", undefined],
  ]);
  for (const { reportingComponent, reportingInstance } of events) {
    assertEquals(reportingComponent, `${thing.group}/thing`);
    assert(reportingInstance.startsWith("thing-"));
  }
});

clusterTest("a failure that repeats is one Event, whose count is that of the failed Runs", async (cluster) => {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const thing = newKind();
  await installCrd(client, thing);
  const target = adminOf(cluster);
  const name = `bad-${crypto.randomUUID().slice(0, 8)}`;
  const logger = keepingLogger();
  const failures = () => logger.lines.filter((line) => line.startsWith("warn failed")).length;
  let uid: string;
  {
    await using _controller = await serve(client, thing, { logger });
    ({ metadata: { uid } } = await createThing(target, thing, name, { bad: true }));
    await eventually(() => failures() >= 8, { within: 20_000, every: 10 });
  }
  const events = await described(target, name, uid);
  assertEquals(events.map(({ type, reason, series }) => [type, reason, series?.count]), [
    ["Warning", "Failed", failures()],
  ]);
  assertEquals(new TextEncoder().encode(events[0]!.message).length <= 1_024, true);
});

clusterTest("an Event that the API server has forgotten comes back with its count", async (cluster) => {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const thing = newKind();
  await installCrd(client, thing);
  const target = adminOf(cluster);
  const name = `bad-${crypto.randomUUID().slice(0, 8)}`;
  await using _controller = await serve(client, thing, { backoff: { base: "1s", cap: "1s" } });
  const { metadata: { uid } } = await createThing(target, thing, name, { bad: true });
  const once = (fits: (event: CoreEvent) => boolean) =>
    eventually(async () => {
      const [event] = await described(target, name, uid);
      return event && fits(event) && event;
    }, { within: 20_000 });
  const { metadata, eventTime, series } = await once(({ series }) => (series?.count ?? 1) >= 2);
  await callApi(target, "DELETE", `/api/v1/namespaces/default/events/${metadata.name}`);
  const renewed = await once((event) => event.metadata.name !== metadata.name);
  assertEquals(renewed.eventTime, eventTime);
  assert(renewed.series!.count > series!.count);
});

clusterTest("Events of a cluster-scoped object are where kubectl describe looks for them", async (cluster) => {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const thing = newKind("Cluster");
  await installCrd(client, thing);
  const target = adminOf(cluster);
  const name = `wide-${crypto.randomUUID().slice(0, 8)}`;
  await using _controller = await serve(client, thing);
  const { metadata: { uid } } = await createThing(target, thing, name);
  const events = await eventually(async () => {
    const found = await described(target, name, uid, "");
    return found.length >= 3 && found;
  }, { within: 20_000 });
  assertEquals(events.map(({ reason }) => reason), ["Modified", "Modified", "Stopped"]);
});

clusterTest(
  "an account that may not write Events works all the same, and is told once what it lacks",
  async (cluster) => {
    using admin = await connect({ kubeconfig: cluster.kubeconfig });
    const thing = newKind();
    await installCrd(admin, thing);
    const account = `quiet-${crypto.randomUUID().slice(0, 8)}`;
    using client = await connect({ kubeconfig: await limitedAccount(cluster, account, thing) });
    const target = adminOf(cluster);
    const logger = keepingLogger();
    const names = Array.from({ length: 5 }, () => `t-${crypto.randomUUID().slice(0, 8)}`);
    {
      await using _controller = await serve(client, thing, { logger });
      for (const name of names) await createThing(target, thing, name);
      const waiting = () => logger.lines.filter((line) => line.startsWith("info waiting")).length;
      await eventually(() => waiting() === names.length, { within: 20_000 });
      await eventually(() => logger.lines.some((line) => line.startsWith("warn")), { within: 20_000 });
    }
    // A kind that has just been installed may not be served yet: the watch says so, which is another matter.
    const trouble = logger.lines.filter((line) => /^(warn|error)/.test(line) && !line.includes("Cannot watch"));
    assertEquals(trouble.length, 1, trouble.join("\n"));
    assert(trouble[0]!.includes("cannot write Events as the account lacks a rule"), trouble[0]);
    assert(trouble[0]!.includes('[\\"events.k8s.io\\"]'), trouble[0]);
    const username = `system:serviceaccount:default:${account}`;
    const asked = await eventually(async () => {
      const found = await readAudit(cluster, { username, resource: "events", stage: "ResponseComplete" });
      return found.length > 0 && found;
    }, { within: 10_000 });
    assertEquals(asked.map(({ verb, responseStatus }) => [verb, responseStatus?.code]), [["create", 403]]);
  },
);

clusterTest("a CRD with the schema of conditions is accepted, and holds what setCondition makes", async (cluster) => {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const thing = newKind();
  assertEquals(await installCrd(client, thing), "created");
  assertEquals(await installCrd(client, thing), "unchanged");
  const target = adminOf(cluster);
  const name = `c-${crypto.randomUUID().slice(0, 8)}`;
  await createThing(target, thing, name);
  const path = `/apis/${thing.group}/v1/namespaces/default/things/${name}/status`;
  const now = new Date();
  const store = async (conditions: unknown) => {
    const body = { status: { conditions } };
    return (await callApi<{ status: { conditions: Condition[] } }>(target, "PATCH", path, body)).status.conditions;
  };
  const first = setCondition(undefined, { type: "Ready", status: "False", reason: "Waiting" }, { now });
  const both = setCondition(
    first,
    { type: "example.dev/Synced", status: "True", reason: "A_b:c,d", message: "all", observedGeneration: 1 },
    { now },
  );
  assertEquals(await store(both), both);
  const [ready] = both;
  for (
    const wrong of [
      { ...ready, reason: "not a word" },
      { ...ready, type: "is ready" },
      { ...ready, status: "true" },
      { ...ready, lastTransitionTime: "yesterday" },
      { ...ready, message: undefined },
    ]
  ) {
    const error = await assertRejects(() => store([wrong]), ApiFailure);
    assertEquals(error.status, 422, error.message);
  }
  // A list with one entry for each type.
  assertEquals((await assertRejects(() => store([ready, ready]), ApiFailure)).status, 422);
});

/** The kubeconfig of an account that may do all that the controller needs, but for Events. */
async function limitedAccount(cluster: Cluster, name: string, thing: Thing): Promise<string> {
  const kubeconfig = await cluster.serviceAccountKubeconfig({ namespace: "default", name });
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const rules = [
    { apiGroups: [thing.group], resources: ["things", "things/status"], verbs: ["get", "list", "watch", "patch"] },
    { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch", "create"] },
  ];
  await callApi(adminOf(cluster), "POST", `${rbac}/clusterroles`, { metadata: { name }, rules });
  await callApi(adminOf(cluster), "POST", `${rbac}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
  });
  return kubeconfig;
}
