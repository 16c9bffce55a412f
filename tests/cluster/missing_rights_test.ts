/** Rights that are missing, or go and come back, on a real control plane: what is said, and that all goes on. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  ApiError,
  type ClusterClient,
  component,
  defineController,
  defineResource,
  defineSteps,
  installCrd,
  serveController,
} from "../../mod.ts";
import type { RequestOptions } from "../../lib/doors/cluster.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { rightsOf } from "../../lib/deploy/rights/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { TypedClient } from "../../lib/client/mod.ts";
import { broken } from "../controller/faults.ts";
import { eventually, startCluster } from "./cluster.ts";
import { clusterTest, hasCluster } from "./cluster_test_case.ts";
import { leaving, RightsFixture } from "./rights_fixture.ts";

/** A kind of a group of its own, so that tests do not meet. */
function newKind(group = `r${crypto.randomUUID().slice(0, 8)}.example.dev`, more: object = {}) {
  const spec = jsonSchema<object>({ type: "object", properties: { a: { type: "string" }, ...more } });
  return defineResource({ group, version: "v1", kind: "Thing", scope: "Namespaced", spec });
}
type Thing = ReturnType<typeof newKind>;

/** A controller of one namespace that keeps a ConfigMap for each Thing. */
function controllerOf(thing: Thing, namespace: string) {
  const map = component(thing, ConfigMap, { build: () => ({ data: { text: "as built" } }) });
  return { resource: thing, steps: defineSteps(thing).ensure(map, { drift: "apply" }), owns: [ConfigMap], namespace };
}

const rightsFor = (options: ReturnType<typeof controllerOf>, installCrds = false) =>
  rightsOf(resolveOperator(defineOperator({ controllers: [defineController(options)] })), { installCrds });

clusterTest("whoever may not install a kind is told which right is missing", async (cluster) => {
  await using fixture = await RightsFixture.create(cluster);
  for (const verb of ["get", "create", "update", "none"]) {
    const thing = newKind();
    if (verb === "update") await installCrd(fixture.user, newKind(thing.group, { b: { type: "string" } }));
    const all = rightsFor(controllerOf(thing, fixture.namespace), true);
    const rule = all.cluster.find(({ verbs }) => verbs.includes(verb));
    await fixture.grant(rule ? leaving(all, { where: "cluster", rule, resource: rule.resources[0]!, verb }) : all);
    if (!rule) {
      assertEquals(await installCrd(fixture.operator, thing), "created");
      continue;
    }
    const error = await assertRejects(() => installCrd(fixture.operator, thing, { timeout: "5s" }), ApiError);
    assertStringIncludes(
      error.message,
      `the account ${fixture.username} lacks the right to ${verb} customresourcedefinitions.apiextensions.k8s.io in the whole cluster`,
    );
  }
});

clusterTest(
  "a watch whose right is taken away says so, and goes on by itself when it is given back",
  async (cluster) => {
    await using fixture = await RightsFixture.create(cluster);
    const { namespace, logger, user } = fixture;
    const thing = newKind();
    await installCrd(user, thing);
    const options = controllerOf(thing, namespace);
    const rights = rightsFor(options);
    await fixture.grant(rights);
    const cutting = cuttable(fixture.operator);
    await using controller = await serveController({
      ...options,
      client: cutting.client,
      logger,
      handleSignals: false,
    });
    await controller.ready;
    await fixture.grant({ cluster: [], namespaced: [] });
    await eventually(
      async () => !(await fixture.may({ apiGroups: [""], resources: ["configmaps"], verbs: ["watch"] })),
      {
        within: 20_000,
      },
    );
    cutting.cut();
    const lacks = `lacks the right to watch configmaps in namespace ${namespace}`;
    await eventually(() => logger.at("warn").some((line) => line.includes(lacks)), { within: 20_000 });
    const things = new TypedClient(user, { namespace });
    await things.create(thing, { metadata: { name: "a" }, spec: {} });
    await fixture.grant(rights);
    await eventually(() => things.get(ConfigMap, "a"), { within: 45_000 });
    await eventually(() => logger.saying("the watch of ConfigMap works again").length > 0, { within: 45_000 });
  },
);

Deno.test({
  name:
    "where owner references are guarded, as in OpenShift, the computed rights are enough but for changing them, and the error says what for that",
  ignore: !hasCluster(),
  fn: async () => {
    await using cluster = await startCluster({
      controllers: false,
      apiServerFlags: ["--enable-admission-plugins=OwnerReferencesPermissionEnforcement"],
    });
    await using fixture = await RightsFixture.create(cluster);
    const { namespace, logger, user } = fixture;
    const thing = newKind();
    await installCrd(user, thing);
    const things = new TypedClient(user, { namespace });
    const serve = async (options: ReturnType<typeof controllerOf>) => {
      await fixture.grant(rightsFor(options));
      return await serveController({ ...options, client: fixture.operator, logger, handleSignals: false });
    };
    const options = controllerOf(thing, namespace);
    {
      await using _controller = await serve(options);
      await things.create(thing, { metadata: { name: "a" }, spec: {} });
      const made = await eventually(() => things.get(ConfigMap, "a"), { within: 20_000 });
      assert(made.metadata.ownerReferences?.length === 1);
      await things.patch(ConfigMap, "a", { merge: { metadata: { ownerReferences: null } } });
      const says = 'add "delete" to the verbs of its kind in "owns"';
      await eventually(() => logger.text.replaceAll('\\"', '"').includes(says), { within: 20_000 });
    }
    const verbs = ["create", "patch", "delete"] as const;
    await using _controller = await serve({ ...options, owns: [{ kind: ConfigMap, verbs }] as never });
    await eventually(async () => (await things.get(ConfigMap, "a"))?.metadata.ownerReferences?.length === 1, {
      within: 20_000,
    });
  },
});

/** A client whose open watches can be cut. */
function cuttable(client: ClusterClient): { client: ClusterClient; cut: () => void } {
  let cutting = new AbortController();
  const performRequest = (options: RequestOptions): Promise<unknown> => {
    const signals = [cutting.signal, ...(options.abortSignal ? [options.abortSignal] : [])];
    return client.performRequest({ ...options, abortSignal: AbortSignal.any(signals) } as never);
  };
  const cut = () => {
    const before = cutting;
    cutting = new AbortController();
    before.abort(broken());
  };
  const { server, source } = client;
  return { client: { performRequest, sendsOnce: true, server, source } as unknown as ClusterClient, cut };
}
