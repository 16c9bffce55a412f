/** What whoever steals an operator's token cannot do, on a real control plane, because of the policy for its account. */

import { assertEquals } from "@std/assert";
import { component, defineController, defineSteps, installCrd, type KubeObject } from "../../mod.ts";
import { Foo } from "../../examples/simple.ts";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { ConfigMap, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";
import { callApi } from "./api.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { eventOf, refusalOf, RightsFixture } from "./rights_fixture.ts";
import { adminOf } from "./simple_fixture.ts";

const far = component(Foo, ConfigMap, { name: "far", namespace: () => "default", build: () => ({}) });

const operator = resolveOperator(defineOperator({
  name: "keeper",
  controllers: [defineController({
    resource: Foo,
    steps: defineSteps(Foo).ensure(far, { drift: "apply", removeWhen: () => false }),
    cleanup: defineSteps(Foo),
    owns: [Secret, Deployment, ConfigMap],
    writes: [{ kind: ConfigMap, names: ["settings"] }, {
      kind: Deployment,
      verbs: ["patch"],
      subresources: ["status"],
    }],
  })],
}));

/** More than the operator needs: so it is the policy that refuses. */
const FREE = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };

const template = {
  selector: { matchLabels: { a: "b" } },
  template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "a", image: "a" }] } },
};

clusterTest(
  "a stolen token changes nothing that is not the operator's, and each attempt is refused in plain words",
  async (cluster) => {
    await using fixture = await RightsFixture.create(cluster);
    const { namespace, thief, user } = fixture;
    await installCrd(user, Foo);
    await fixture.grant({ cluster: [FREE], namespaced: [] });
    await fixture.applyPolicy(operator);
    const admin = adminOf(cluster);
    const core = `/api/v1/namespaces/${namespace}`;
    const apps = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const foos = `/apis/example.dev/v1/namespaces/${namespace}/foos`;
    const { metadata: { uid } } = await callApi<KubeObject>(admin, "POST", foos, {
      ...{ apiVersion: "example.dev/v1", kind: "Foo" },
      metadata: { name: "foo", finalizers: ["example.org/other"] },
      spec: {},
    });
    const owner = { apiVersion: "example.dev/v1", kind: "Foo", name: "foo", uid, controller: true };
    // The garbage collector would take away what belongs to nobody.
    const other = await callApi<KubeObject>(admin, "POST", `${core}/configmaps`, {
      metadata: { name: "owner-of-others" },
    });
    const stranger = {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: "owner-of-others",
      uid: other.metadata.uid,
      controller: true,
    };
    const make = (
      path: string,
      name: string,
      ownerReferences: unknown[] = [],
      more: object = {},
      metadata: object = {},
    ) => callApi(admin, "POST", path, { metadata: { name, ownerReferences, ...metadata }, ...more });
    for (
      const [path, more] of [[`${core}/secrets`, {}], [apps, { spec: template }], [`${core}/configmaps`, {}]] as const
    ) {
      await make(path, "foreign", [], more);
      await make(path, "others", [stranger], more);
      await make(path, "own", [owner], more);
    }
    const mark = (key: string, value: string) => ({ annotations: { [`staircase.dev/${key}`]: value } });
    await make(`${core}/configmaps`, "tied", [], {}, mark("owner", `foos.example.dev/${namespace}/foo`));
    await make(`${core}/configmaps`, "tied-to-other", [], {}, {
      annotations: { ...mark("owner", "bars.example.dev/a/b").annotations, ...mark("applied", "x").annotations },
    });
    await make(`${core}/secrets`, "lost", [], {}, mark("applied", "abc"));
    await make(`${core}/configmaps`, "settings");
    const event = eventOf("example.dev/other", namespace) as { metadata: object };
    const events = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    await callApi(admin, "POST", events, { ...event, metadata: { name: "foreign", namespace } });
    // An Event as the older API has it.
    const coreEvent = {
      ...{ apiVersion: "v1", kind: "Event", reason: "Tried", type: "Normal" },
      involvedObject: { kind: "ConfigMap", apiVersion: "v1", name: "x", namespace },
      message: "taken",
    };
    const adding = { metadata: { ownerReferences: [owner] } };
    const at = (name: string) => ({ metadata: { name } });
    const refused: readonly [method: string, path: string, body?: unknown][] = [
      ...[`${core}/secrets`, apps, `${core}/configmaps`].flatMap((path): [string, string, unknown?][] => {
        const more = path === apps ? { spec: template } : {};
        return [
          ["POST", path, { ...at("new"), ...more }],
          ["POST", path, { metadata: { generateName: "new-" }, ...more }],
          ["POST", path, { metadata: { name: "new", ownerReferences: [stranger] }, ...more }],
          ["POST", path, { metadata: { name: "new", ownerReferences: [{ ...owner, controller: false }] }, ...more }],
          ["POST", path, {
            metadata: { name: "new", ownerReferences: [{ ...owner, apiVersion: "example.dev.evil/v1" }] },
            ...more,
          }],
          ["PATCH", `${path}/foreign`, { metadata: { labels: { a: "b" } } }],
          ["PATCH", `${path}/foreign`, adding],
          ["PATCH", `${path}/others`, { metadata: { labels: { a: "b" } } }],
          ["PATCH", `${path}/others`, adding],
          ["PATCH", `${path}/own`, { metadata: { ownerReferences: null } }],
          ["DELETE", `${path}/foreign`],
          ["DELETE", `${path}/others`],
          ["DELETE", path],
        ];
      }),
      ["PATCH", `${core}/configmaps/tied-to-other`, adding],
      // The API server takes metadata with the status of a Deployment: a mark, with which the Deployment could be taken.
      ["PATCH", `${apps}/foreign/status`, { metadata: mark("owner", `foos.example.dev/${namespace}/foo`) }],
      ["PATCH", `${apps}/foreign/status`, { metadata: mark("applied", "abc") }],
      ["PUT", `${core}/events/foreign`, { ...coreEvent, metadata: { name: "foreign", namespace } }],
      ["PATCH", `${core}/events/foreign`, { reportingComponent: "example.dev/foo", message: "taken" }],
      ["POST", `${core}/events`, { ...coreEvent, metadata: { name: "new", namespace } }],
      ["POST", foos, { apiVersion: "example.dev/v1", kind: "Foo", ...at("new"), spec: {} }],
      ["PATCH", `${foos}/foo`, { spec: { replicas: 3 } }],
      ["PATCH", `${foos}/foo`, { metadata: { labels: { a: "b" } } }],
      ["PATCH", `${foos}/foo`, { metadata: { annotations: { a: "b" } } }],
      ["PATCH", `${foos}/foo`, { metadata: { ownerReferences: [{ ...stranger, controller: false }] } }],
      ["PATCH", `${foos}/foo`, { metadata: { finalizers: [] } }],
      ["PATCH", `${foos}/foo`, { metadata: { finalizers: ["example.org/other", "example.org/mine"] } }],
      ["DELETE", `${foos}/foo`],
      ["DELETE", foos],
      ["POST", `/apis/events.k8s.io/v1/namespaces/${namespace}/events`, eventOf("example.dev/other", namespace)],
      ["DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/foos.example.dev"],
      ["POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
        ...Foo.crd,
        metadata: { name: "evils.example.dev" },
        spec: { ...Foo.crd.spec, names: { plural: "evils", singular: "evil", kind: "Evil", listKind: "EvilList" } },
      }],
    ];
    const wrong: string[] = [];
    for (const [method, path, body] of refused) {
      const message = await refusalOf(() => callApi(thief, method, path, body));
      if (!/the operator keeper may not (create|change|delete)/.test(message ?? "")) {
        wrong.push(
          `${method} ${path} ${JSON.stringify(body)}: ${message}`,
        );
      }
    }
    assertEquals(wrong, []);
    const allowed: readonly [method: string, path: string, body?: unknown][] = [
      ["POST", `${core}/secrets`, { metadata: { name: "new", ownerReferences: [owner] } }],
      ["PATCH", `${core}/secrets/own`, { data: { a: "YQ==" } }],
      // A component that has lost its owner reference gets it back.
      ["PATCH", `${core}/secrets/lost`, adding],
      ["DELETE", `${core}/secrets/own`],
      ["PATCH", `${core}/configmaps/tied`, { data: { a: "b" } }],
      ["DELETE", `${core}/configmaps/tied`],
      ["PATCH", `${core}/configmaps/settings`, { data: { a: "b" } }],
      ["DELETE", `${core}/configmaps/settings`],
      ["POST", `${core}/configmaps`, at("settings")],
      ["PATCH", `${apps}/foreign/status`, { status: { observedGeneration: 1 } }],
      ["PATCH", `${apps}/own`, { spec: { replicas: 2 } }],
      ["DELETE", `${apps}/own`],
      ["PATCH", `${foos}/foo`, { metadata: { finalizers: ["example.org/other", "example.dev/foo"] } }],
      ["PATCH", `${foos}/foo`, { metadata: { finalizers: ["example.org/other"] } }],
      ["PATCH", `${foos}/foo/status`, { status: { observed: 1, ready: 1 } }],
      ["POST", `/apis/events.k8s.io/v1/namespaces/${namespace}/events`, eventOf("example.dev/foo", namespace)],
    ];
    for (const [method, path, body] of allowed) {
      const message = await refusalOf(() => callApi(thief, method, path, body));
      if (message !== undefined) wrong.push(`${method} ${path} ${JSON.stringify(body)}: ${message}`);
    }
    assertEquals(wrong, []);
    // Others are not concerned.
    await callApi(admin, "DELETE", `${core}/secrets/foreign`);
    await callApi(admin, "PATCH", `${foos}/foo`, { spec: { replicas: 3 }, metadata: { finalizers: [] } });
    await callApi(admin, "DELETE", `${foos}/foo`);
  },
);
