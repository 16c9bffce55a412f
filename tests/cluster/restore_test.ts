/** A real etcd is restored from a backup, and an operator goes on with what there is now. */

import { assert } from "@std/assert";
import { connect, create, defineSteps, serveController } from "../../mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { KeepingLogger } from "../controller/keeping_logger.ts";
import { callApi } from "./api.ts";
import { eventually, startCluster } from "./cluster.ts";
import { hasCluster } from "./cluster_test_case.ts";
import { adminOf } from "./simple_fixture.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const SECRETS = "/api/v1/namespaces/default/secrets";
const labels = { of: "restore" };

Deno.test({
  name: "after a restore of etcd an operator believes the older state, and goes on in less than a minute",
  ignore: !hasCluster(),
  fn: async () => {
    await using cluster = await startCluster({ controllers: false });
    const admin = adminOf(cluster);
    const createMap = (name: string) => callApi(admin, "POST", MAPS, { metadata: { name, labels } });
    const secretOf = (name: string) => callApi(admin, "GET", `${SECRETS}/${name}`);
    const steps = defineSteps(ConfigMap)
      .observe("find", ({ kube, object }) => kube.get(Secret, object.metadata.name))
      .change("create", ({ object }, found) => found ?? create(Secret, { metadata: { name: object.metadata.name } }));
    const logger = new KeepingLogger();
    using client = await connect({ kubeconfig: cluster.kubeconfig });
    await createMap("kept");
    await using controller = await serveController({
      ...{ resource: ConfigMap, namespace: "default", labelSelector: labels, owns: [Secret], steps },
      ...{ client, logger, handleSignals: false },
    });
    await controller.ready;
    await eventually(() => secretOf("kept"), { within: 20_000 });
    await cluster.backUpEtcd();
    // What is younger than the backup: an object, and enough writes that the server cannot come past them soon.
    await eventually(() => createMap("lost"), { within: 20_000 });
    for (let at = 0; at < 300; at++) {
      await callApi(admin, "PATCH", `${MAPS}/kept`, { data: { at: String(at) } });
    }
    await eventually(() => secretOf("lost"), { within: 60_000 });
    await cluster.restoreEtcd();
    await createMap("new");
    await eventually(() => secretOf("new"), { within: 60_000 });
    const said = logger.saying("the cluster has gone back in time");
    assert(said.length >= 1 && said.every(({ level }) => level === "warn"));
    const { seen, resourceVersion } = said[0]!.fields;
    assert(Number(resourceVersion) < Number(seen), `${resourceVersion} is not before ${seen}`);
  },
});
