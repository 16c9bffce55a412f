/** Proves on the real cluster that it takes a user of a kubeconfig for the one that it speaks for. */

import { assertEquals } from "@std/assert";
import { connect } from "../../lib/kube/mod.ts";
import { clusterTest } from "./cluster_test_case.ts";

const AS = `
    as: jane
    as-uid: 06f6ce97
    as-groups: ["shop, and more", till]
    as-user-extra: { "example.org/Zone%1 ü": [north, "a,b"] }`;

for (const transport of ["wire", "fetch"] as const) {
  clusterTest(`whoever speaks for another user is that user to the API server, by ${transport}`, async (cluster) => {
    const text = await Deno.readTextFile(cluster.kubeconfig);
    const kubeconfig = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(kubeconfig, text.replace(/^ {4}token: .*$/m, (token) => token + AS));
      using client = await connect({ kubeconfig, transport });
      const answer = await client.performRequest({
        method: "POST",
        path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        bodyJson: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
        expectJson: true,
      });
      assertEquals((answer as { status: { userInfo: unknown } }).status.userInfo, {
        username: "jane",
        uid: "06f6ce97",
        groups: ["shop, and more", "till", "system:authenticated"],
        extra: { "example.org/zone%1 ü": ["north", "a,b"] },
      });
    } finally {
      await Deno.remove(kubeconfig);
    }
  });
}
