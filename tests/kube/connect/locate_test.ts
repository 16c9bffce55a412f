/** The search for a cluster: which sources are tried, in which order, and the error if none has one. */

import { assertEquals, assertRejects } from "@std/assert";
import { ConnectError, PermissionError } from "../../../lib/kube/connect/found/errors.ts";
import { locate } from "../../../lib/kube/connect/sources/locate.ts";
import { allNeeds, lastingNeeds } from "../../../lib/kube/connect/found/located.ts";
import { fakeHost, kubeconfig } from "./fake_host.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const pod = { [`${ACCOUNT}/token`]: "t", [`${ACCOUNT}/ca.crt`]: "ca", [`${ACCOUNT}/namespace`]: "shop\n" };
const home = { HOME: "/home/me" };

Deno.test("the option kubeconfig goes before KUBECONFIG", async () => {
  const host = fakeHost({
    env: { KUBECONFIG: "/env" },
    files: { "/option": kubeconfig({ name: "option" }), "/env": kubeconfig({ name: "env" }) },
  });
  assertEquals((await locate({ kubeconfig: "/option" }, host)).source, "kubeconfig /option, context option");
});

Deno.test("KUBECONFIG goes before the file in the home directory", async () => {
  const files = { "/env": kubeconfig({ name: "env" }), "/home/me/.kube/config": kubeconfig({ name: "home" }) };
  const located = await locate({}, fakeHost({ env: { ...home, KUBECONFIG: "/env" }, files }));
  assertEquals(located.source, "kubeconfig /env, context env");
});

Deno.test("the file in the home directory goes before the service account", async () => {
  const located = await locate(
    {},
    fakeHost({ env: home, files: { ...pod, "/home/me/.kube/config": kubeconfig({ namespace: "web" }) } }),
  );
  assertEquals(located.source, "kubeconfig /home/me/.kube/config, context dev");
  assertEquals(located.namespace, "web");
});

Deno.test("a service account is used by the name of the API server, with its token's file", async () => {
  const located = await locate({}, fakeHost({ env: home, files: pod }));
  assertEquals(located.source, "service account of the pod");
  assertEquals(located.cluster, {
    "server": "https://kubernetes.default.svc",
    "certificate-authority": `${ACCOUNT}/ca.crt`,
  });
  assertEquals(located.user, { tokenFile: `${ACCOUNT}/token` });
  assertEquals(located.namespace, "shop");
});

Deno.test("a service account takes two permissions: the API server's name and its own directory", async () => {
  const denied = ["KUBECONFIG", "HOME", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"];
  const located = await locate({}, fakeHost({ files: pod, denied }));
  const needs = { net: ["kubernetes.default.svc:443"], read: [ACCOUNT], env: [], run: [] };
  assertEquals(allNeeds(located), needs);
  assertEquals(lastingNeeds(located), needs);
});

const address = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };

Deno.test("the address in the environment is used when it may be read and reached", async () => {
  const located = await locate({}, fakeHost({ env: address, files: pod }));
  assertEquals(located.cluster.server, "https://[fd00::1]:443");
});

Deno.test("the address in the environment takes the variables that it stands in, so that the next search ends the same", async () => {
  const located = await locate({}, fakeHost({ env: address, files: pod }));
  const { net, env } = allNeeds(located);
  assertEquals([net, env], [["[fd00::1]:443"], ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"]]);
});

Deno.test("the address in the environment is not used when it may not be reached", async () => {
  const located = await locate({}, fakeHost({ env: address, files: pod, denied: ["[fd00::1]:443"] }));
  assertEquals(located.cluster.server, "https://kubernetes.default.svc");
});

Deno.test("a kubectl proxy that answers is the last resort", async () => {
  const located = await locate({}, fakeHost({ answering: ["http://127.0.0.1:8001"] }));
  assertEquals(located.source, "kubectl proxy at http://127.0.0.1:8001");
  assertEquals(located.user, {});
});

Deno.test("when no source has a cluster, the error says of each why not", async () => {
  const error = await assertRejects(() => locate({}, fakeHost({ env: home })), ConnectError);
  assertEquals(
    error.message,
    `Cannot find a cluster as no source has one:
  - kubeconfig: KUBECONFIG is not set, and /home/me/.kube/config is not there
  - service account of the pod: ${ACCOUNT}/token is not there
  - kubectl proxy: nothing answers at http://127.0.0.1:8001`,
  );
});

Deno.test("when nothing is permitted, the error names the flag of each source, and nothing is touched", async () => {
  const denied = ["KUBECONFIG", "HOME", ACCOUNT, "127.0.0.1:8001"];
  const error = await assertRejects(() => locate({}, fakeHost({ denied })), ConnectError);
  assertEquals(error.attempts, [
    { source: "kubeconfig", reason: "env permission is missing: run with --allow-env=KUBECONFIG,HOME" },
    { source: "service account of the pod", reason: `read permission is missing: run with --allow-read=${ACCOUNT}` },
    { source: "kubectl proxy", reason: "net permission is missing: run with --allow-net=127.0.0.1:8001" },
  ]);
});

Deno.test("a kubeconfig in the home directory that may not be read is passed over, with its flag", async () => {
  const path = "/home/me/.kube/config";
  const host = fakeHost({ env: home, files: { [path]: kubeconfig() }, denied: [path] });
  const error = await assertRejects(() => locate({}, host), ConnectError);
  assertEquals(error.attempts[0]?.reason, `read permission is missing: run with --allow-read=${path}`);
});

Deno.test("a kubeconfig without contexts, as some tools leave behind, is passed over", async () => {
  for (const text of ["", "apiVersion: v1\nkind: Config\ncontexts: null\n"]) {
    const located = await locate({}, fakeHost({ env: home, files: { ...pod, "/home/me/.kube/config": text } }));
    assertEquals(located.source, "service account of the pod");
  }
});

Deno.test("a kubeconfig that was named and is not there is an error, even in a pod", async () => {
  const host = fakeHost({ env: { KUBECONFIG: "/gone" }, files: pod });
  for (const options of [{}, { kubeconfig: "/gone" }]) {
    await assertRejects(
      () => locate(options, host),
      ConnectError,
      "Cannot use kubeconfig /gone as it is not there",
    );
  }
});

Deno.test("a kubeconfig that was named and may not be read is an error that names the flag", async () => {
  const host = fakeHost({ env: { KUBECONFIG: "/a:/b" }, files: { ...pod, "/a": kubeconfig() }, denied: ["/b"] });
  const error = await assertRejects(() => locate({}, host), PermissionError);
  assertEquals(error.message, "Cannot read kubeconfig /a, /b as read permission is missing: run with --allow-read=/b");
  assertEquals(error.flags, ["--allow-read=/b"]);
});

Deno.test("a malformed kubeconfig in the home directory is an error, even in a pod", async () => {
  const host = fakeHost({ env: home, files: { ...pod, "/home/me/.kube/config": "kind: Pod" } });
  await assertRejects(() => locate({}, host), ConnectError, 'kind is not "Config"');
});

Deno.test("whoever names a context does not get the cluster around the pod", async () => {
  const host = fakeHost({ env: home, files: pod, answering: ["http://127.0.0.1:8001"] });
  const error = await assertRejects(() => locate({ context: "dev" }, host), ConnectError);
  assertEquals(error.attempts.map(({ source }) => source), ["kubeconfig"]);
});

Deno.test("the option server alone takes no credentials from anywhere", async () => {
  const host = fakeHost({ env: home, files: { "/home/me/.kube/config": kubeconfig(), ...pod } });
  const located = await locate({ server: "http://localhost:8080" }, host);
  assertEquals({ cluster: located.cluster, user: located.user }, {
    cluster: { server: "http://localhost:8080" },
    user: {},
  });
});

Deno.test("the option server takes the place of the server of a context that is named", async () => {
  const host = fakeHost({ env: home, files: { "/home/me/.kube/config": kubeconfig() } });
  const located = await locate({ context: "dev", server: "https://tunnel:7443" }, host);
  assertEquals(located.cluster.server, "https://tunnel:7443");
  assertEquals(located.user.token, "secret");
});

Deno.test("a server that is no URL is an error", async () => {
  await assertRejects(
    () => locate({ server: "localhost:8080" }, fakeHost({})),
    ConnectError,
    'must be a URL that begins with https:// or http://: current value is "localhost:8080"',
  );
});

Deno.test("what a kubeconfig takes: its variables and files, the server, the exec plugin", async () => {
  const text = kubeconfig({
    cluster: ["server: https://dev.example", "certificate-authority: ca.crt"],
    user: [
      "tokenFile: /run/token",
      "exec: { apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never }",
    ],
  });
  const located = await locate({}, fakeHost({ env: home, files: { "/home/me/.kube/config": text } }));
  assertEquals(allNeeds(located), {
    net: ["dev.example:443"],
    read: ["/home/me/.kube/config", "/home/me/.kube/ca.crt", "/run/token"],
    env: ["KUBECONFIG", "HOME"],
    run: ["aws"],
  });
  const read = ["/home/me/.kube/ca.crt", "/run/token"];
  assertEquals(lastingNeeds(located), { net: ["dev.example:443"], read, env: [], run: ["aws"] });
});

Deno.test("files of certificates are taken for good: they are read again", async () => {
  const text = kubeconfig({
    cluster: ["server: https://dev.example", "certificate-authority: ca.crt"],
    user: ["client-certificate: me.crt", "client-key: me.key"],
  });
  const located = await locate({ kubeconfig: "/k/config" }, fakeHost({ files: { "/k/config": text } }));
  assertEquals(lastingNeeds(located).read, ["/k/ca.crt", "/k/me.crt", "/k/me.key"]);
});

Deno.test("on Windows, the home directory is the user's profile and a semicolon parts the files", async () => {
  const files = { "C:\\a": kubeconfig({ name: "a" }), "C:\\b": kubeconfig({ name: "b" }) };
  const host = fakeHost({ isWindows: true, env: { KUBECONFIG: "C:\\a;C:\\b" }, files });
  assertEquals((await locate({ context: "b" }, host)).source, "kubeconfig C:\\a, C:\\b, context b");
  const error = await assertRejects(() => locate({}, fakeHost({ isWindows: true })), ConnectError);
  assertEquals(error.attempts[0]?.reason, "neither KUBECONFIG nor USERPROFILE is set");
});
