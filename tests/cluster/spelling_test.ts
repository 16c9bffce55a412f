/** Every kind comes to rest, however its values are written and whatever the API server makes of them. */

import { connect, installCrd } from "../../mod.ts";
import { Odd } from "../components/odd_bodies.ts";
import { Trials } from "../components/odd_trials.ts";
import { Site } from "../components/parts.ts";
import { callApi } from "./api.ts";
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
