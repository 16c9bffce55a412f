/** Every kind comes to rest, however its values are written and whatever the API server makes of them. */

import { assertEquals } from "@std/assert";
import { connect, defineResource, installCrd } from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { Odd } from "../components/odd_bodies.ts";
import { Trials } from "../components/odd_trials.ts";
import { Site } from "../components/parts.ts";
import { callApi } from "./api.ts";
import { readAudit } from "./audit.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { adminOf } from "./simple_fixture.ts";

clusterTest(
  "real: every kind comes to rest after three writes at most, and stays so: others' changes are put right, restarts write nothing",
  async (cluster) => {
    using client = await connect({ kubeconfig: cluster.kubeconfig });
    await installCrd(client, Site);
    await installCrd(client, Odd);
    await new Trials(client, (method, path, body) => callApi(adminOf(cluster), method, path, body)).run(5);
  },
);

clusterTest(
  "real: a CRD that the API server does not store as it is defined is written once, and not at every start",
  async (cluster) => {
    using client = await connect({ kubeconfig: cluster.kubeconfig });
    const define = (more: Record<string, unknown>) =>
      defineResource({
        group: `crd-${crypto.randomUUID().slice(0, 8)}.example.dev`,
        ...{ version: "v1", kind: "Thing", scope: "Namespaced" },
        printerColumns: [{ name: "A", type: "string", jsonPath: ".spec.a", priority: 0, description: "" }],
        spec: jsonSchema<object>({
          ...{ type: "object", description: "", title: "", ...more },
          properties: {
            constructor: { type: "string", description: "", pattern: "", enum: ["", "a"], default: "" },
            least: { type: "integer", minimum: 0, maximum: 0, nullable: false, exclusiveMinimum: false, default: 0 },
            list: {
              type: "array",
              default: [],
              minItems: 0,
              items: { type: "object", properties: {}, description: "" },
            },
            rule: { type: "object", "x-kubernetes-validations": [{ rule: "true", message: "", fieldPath: "" }] },
          },
        }),
      });
    // Of the second, nothing here knows that the API server drops it.
    for (const [more, writes] of [[{}, 1], [{ "x-kubernetes-unknown": 1 }, 3]] as const) {
      const Thing = define(more);
      const said = [await installCrd(client, Thing), await installCrd(client, Thing), await installCrd(client, Thing)];
      assertEquals(said, ["created", "unchanged", "unchanged"]);
      const { name } = Thing.crd.metadata;
      const asked = (await readAudit(cluster, { username: "admin", stage: "ResponseComplete" }))
        .filter(({ verb, objectRef }) => objectRef?.name === name && ["create", "update"].includes(verb));
      assertEquals(asked.length, writes);
      await callApi(adminOf(cluster), "DELETE", `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`);
    }
  },
);
