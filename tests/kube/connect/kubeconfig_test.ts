/** Kubeconfig files: how they are merged, and the errors about malformed ones. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ConnectError } from "../../../lib/kube/connect/found/errors.ts";
import { locate } from "../../../lib/kube/connect/sources/locate.ts";
import type { Located } from "../../../lib/kube/connect/found/located.ts";
import { fakeHost, kubeconfig, type KubeconfigParts } from "./fake_host.ts";

const pem = btoa("-----BEGIN CERTIFICATE-----\n");

function locateIn(parts: KubeconfigParts): Promise<Located> {
  return locateText(kubeconfig(parts));
}

function locateText(text: string, context?: string): Promise<Located> {
  const options = { kubeconfig: "/k/config", ...(context !== undefined && { context }) };
  return locate(options, fakeHost({ files: { "/k/config": text } }));
}

async function problemOf(located: Promise<Located>): Promise<string> {
  const error = await assertRejects(() => located, ConnectError);
  assertEquals(error.attempts, []);
  return error.message;
}

Deno.test("of several files, the first that has a name or a current context counts", async () => {
  const first = "contexts: [{ name: dev, context: { cluster: dev, user: dev } }]";
  const second = kubeconfig({ cluster: ["server: https://second"], namespace: "ignored" });
  const third = kubeconfig({ name: "prod" });
  const host = fakeHost({ env: { KUBECONFIG: "/1:/gone::/2:/3" }, files: { "/1": first, "/2": second, "/3": third } });
  const located = await locate({}, host);
  assertEquals(located.source, "kubeconfig /1, /2, /3, context dev");
  assertEquals(located.cluster.server, "https://second");
  assertEquals(located.namespace, undefined);
});

Deno.test("an entry of one name is taken whole from the first file, never mixed", async () => {
  const first = kubeconfig({ cluster: ["server: https://first"] });
  const second = kubeconfig({ cluster: ["server: https://second", `certificate-authority-data: ${pem}`] });
  const located = await locate({}, fakeHost({ env: { KUBECONFIG: "/1:/2" }, files: { "/1": first, "/2": second } }));
  assertEquals(located.cluster, { server: "https://first" });
});

Deno.test("relative paths start at the file that they stand in", async () => {
  const one = "current-context: dev\ncontexts: [{ name: dev, context: { cluster: dev, user: dev } }]";
  const two = kubeconfig({
    cluster: ["server: https://a", "certificate-authority: pki/ca.crt"],
    user: ["client-certificate: ../me.crt", "client-key: /abs/me.key", "tokenFile: token"],
  });
  const host = fakeHost({ env: { KUBECONFIG: "/a/one:/b/two" }, files: { "/a/one": one, "/b/two": two } });
  const located = await locate({}, host);
  assertEquals(located.cluster["certificate-authority"], "/b/pki/ca.crt");
  assertEquals(located.user, {
    "client-certificate": "/me.crt",
    "client-key": "/abs/me.key",
    "tokenFile": "/b/token",
  });
});

Deno.test("an exec plugin with a slash is a file beside the kubeconfig, one without is in PATH", async () => {
  const command = async (name: string) => {
    const located = await locateIn({
      user: [`exec: { apiVersion: client.authentication.k8s.io/v1, command: ${name} }`],
    });
    return located.user.exec?.command;
  };
  assertEquals(await command("./bin/login"), "/k/bin/login");
  assertEquals(await command("aws"), "aws");
});

Deno.test("data goes before files, and a token file before a token", async () => {
  const located = await locateIn({
    cluster: ["server: https://a", `certificate-authority-data: ${pem}`, "certificate-authority: ca.crt"],
    user: [
      `client-certificate-data: ${pem}`,
      "client-certificate: a.crt",
      `client-key-data: ${pem}`,
      "client-key: a.key",
      "token: old",
      "tokenFile: /token",
    ],
  });
  assertEquals(located.cluster, { "server": "https://a", "certificate-authority-data": pem });
  assertEquals(located.user, {
    "client-certificate-data": pem,
    "client-key-data": pem,
    "tokenFile": "/token",
  });
  assertEquals(located.files.map(({ path }) => path), ["/token"]);
});

Deno.test("a context without a user has no credentials", async () => {
  const located = await locateText(`
current-context: dev
contexts: [{ name: dev, context: { cluster: dev } }]
clusters: [{ name: dev, cluster: { server: "http://a" } }]`);
  assertEquals(located.user, {});
});

Deno.test("an unsupported field does not matter while it is empty", async () => {
  const user = ["token: t", "as: ''", "as-uid: ''", "as-groups: []", "as-user-extra: {}", "auth-provider:"];
  const cluster = ["server: https://a", "insecure-skip-tls-verify: false", "tls-server-name: ''", "proxy-url: ''"];
  assertEquals((await locateIn({ user, cluster })).user, { token: "t" });
});

Deno.test("a query and a fragment of the server's URL are left out, as kubectl does, and shown nowhere", async () => {
  for (
    const [server, expected] of [["https://a/?token=s#s", "https://a"], ["https://a:1/k8s?x=s", "https://a:1/k8s"]]
  ) {
    assertEquals((await locateIn({ cluster: [`server: ${server}`] })).cluster.server, expected);
  }
});

Deno.test("mistakes in another context do not matter", async () => {
  const text = kubeconfig() + "- name: other\n  user: { auth-provider: { name: gcp } }\n";
  assertEquals((await locateText(text)).user, { token: "secret" });
});

Deno.test("entries that nobody uses may be anything: nameless, doubled, no mapping, incomplete", async () => {
  const text = `${kubeconfig()}- 5
- null
- user: {}
- name: [1]
- { name: twice, user: 5 }
- { name: twice }
`.replace("clusters:\n", "clusters:\n- { name: moon, cluster: { server: 5, insecure-skip-tls-verify: maybe } }\n")
    .replace("contexts:\n", "contexts:\n- words\n- { name: constructor }\n");
  assertEquals((await locateText(text)).user, { token: "secret" });
});

Deno.test("of several documents the first counts, whatever the others are, as kubectl has it", async () => {
  const text = kubeconfig();
  for (const all of [`${text}---\n`, `---\n${text}`, `# a\n%YAML 1.1\n--- # b\n${text}...\n`, `${text}---\na: [\n`]) {
    assertEquals((await locateText(all)).user, { token: "secret" }, all);
  }
});

Deno.test("merge keys are merged, for users and clusters, one or several, and what stands beside them counts", async () => {
  const text = kubeconfig({ cluster: ["<<: *base", "server: https://own"], user: ["<<: [*first, *second]"] })
    .replace(
      "contexts:",
      `x-base: &base { server: "https://base", certificate-authority-data: ${pem} }
x-users: [&first { token: one }, &second { token: two, username: me }]
contexts:`,
    );
  const { cluster, user } = await locateText(text);
  assertEquals(cluster, { "server": "https://own", "certificate-authority-data": pem });
  assertEquals(user, { token: "one", username: "me" });
});

Deno.test("a missing context: the error lists the existing ones", async () => {
  assertEquals(
    await problemOf(locateText(kubeconfig(), "prod")),
    'Cannot use kubeconfig /k/config as it has no context "prod": there are dev',
  );
  assertEquals(
    await problemOf(locateText(kubeconfig().replace("current-context: dev\n", ""))),
    "Cannot use kubeconfig /k/config as it has no current-context: choose one: there are dev",
  );
});

Deno.test("a missing cluster or user: the error lists the existing ones", async () => {
  assertEquals(
    await problemOf(locateText(kubeconfig().replace("cluster: dev,", "cluster: moon,"))),
    'Cannot use kubeconfig /k/config as contexts[0].context.cluster names cluster "moon", which does not exist: ' +
      "there are dev",
  );
  assertEquals(
    await problemOf(locateText(kubeconfig().replace("user: dev }", "user: moon }"))),
    'Cannot use kubeconfig /k/config as contexts[0].context.user names user "moon", which does not exist: there are dev',
  );
});

/** What is malformed, and what the error says after "Cannot use kubeconfig /k/config as ". */
const malformedTexts: Readonly<Record<string, readonly [text: string, problem: string]>> = {
  "another kind": ["apiVersion: v1\nkind: Pod\n", 'kind is not "Config": current value is "Pod"'],
  "another version": ["apiVersion: v2\nkind: Config\n", 'apiVersion is not "v1": current value is "v2"'],
  "a text": ["just words", "it is not a mapping"],
  "contexts that are no list": ["contexts: { dev: {} }", "contexts is no list"],
  "two entries of the name that is used": [
    kubeconfig() + "- name: dev\n  user: {}\n",
    'users[1].name occurs twice: current value is "dev"',
  ],
};

for (const [what, [text, problem]] of Object.entries(malformedTexts)) {
  Deno.test(`a malformed kubeconfig, ${what}: the error says where`, async () => {
    assertEquals(await problemOf(locateText(text)), `Cannot use kubeconfig /k/config as ${problem}`);
  });
}

Deno.test("a kubeconfig that is not valid YAML: the error says where", async () => {
  assertMatch(
    await problemOf(locateText("a: 1\n b: 2\n")),
    /^Cannot use kubeconfig \/k\/config as it is not valid YAML: .*\(2:3\)$/,
  );
});

const malformedParts: Readonly<Record<string, readonly [parts: KubeconfigParts, problem: string]>> = {
  "no server": [{ cluster: ["extensions: []"] }, "clusters[0].cluster.server is missing"],
  "a server that is no URL": [
    { cluster: ["server: dev:6443"] },
    'clusters[0].cluster.server is not a URL that begins with https:// or http://: current value is "dev:6443"',
  ],
  "bad base64": [
    { cluster: ["server: https://a", "certificate-authority-data: '%%%'"] },
    "clusters[0].cluster.certificate-authority-data is no base64",
  ],
  "base64 of something else": [
    { user: [`client-key-data: ${btoa("hunter2")}`] },
    'users[0].user.client-key-data is not base64 of PEM: decoded, it does not contain "-----BEGIN"',
  ],
  "a certificate without a key": [
    { user: ["client-certificate: a.crt"] },
    "users[0].user has one of client-certificate and client-key without the other: give both, or none",
  ],
  "a token that YAML takes for a number": [
    { user: ["token: 123"] },
    "users[0].user.token is not a string: put it in quotes",
  ],
  "insecure-skip-tls-verify that is no truth": [
    { cluster: ["server: https://a", "insecure-skip-tls-verify: 'true'"] },
    "clusters[0].cluster.insecure-skip-tls-verify is neither true nor false",
  ],
  "insecure-skip-tls-verify with an authority": [
    { cluster: ["server: https://a", "insecure-skip-tls-verify: true", `certificate-authority-data: ${pem}`] },
    "clusters[0].cluster.insecure-skip-tls-verify is true, and a certificate authority is given that would be ignored: " +
    "remove one of the two",
  ],
  "insecure-skip-tls-verify with an authority's file": [
    { cluster: ["server: https://a", "insecure-skip-tls-verify: true", "certificate-authority: ca.crt"] },
    "clusters[0].cluster.insecure-skip-tls-verify is true, and a certificate authority is given that would be ignored: " +
    "remove one of the two",
  ],
  "a tls-server-name that is none": [
    { cluster: ["server: https://a", "tls-server-name: https://b"] },
    'clusters[0].cluster.tls-server-name is not a server name: current value is "https://b"',
  ],
  "a proxy-url that is none": [
    { cluster: ["server: https://a", "proxy-url: ftp://me:hunter2@p"] },
    "clusters[0].cluster.proxy-url is not a URL that begins with http://, https:// or socks5://",
  ],
  "auth-provider": [
    { user: ["auth-provider: { name: gcp }"] },
    "users[0].user.auth-provider is not supported: Kubernetes removed it in 1.26; use exec",
  ],
  "groups of nobody": [
    { user: ["token: t", "as-groups: [admins]"] },
    "users[0].user has as-uid, as-groups or as-user-extra without as: name the user that they belong to",
  ],
  "a user that a header cannot hold": [
    { user: ["token: t", 'as: "me\\r\\nx: y"'] },
    "users[0].user.as contains characters that an HTTP header cannot hold: use visible ASCII characters, and spaces only between them",
  ],
  "a group that a header cannot hold": [
    { user: ["token: t", "as: me", "as-groups: [a, ' b']"] },
    "users[0].user.as-groups[1] contains characters that an HTTP header cannot hold: use visible ASCII characters, and spaces " +
    "only between them",
  ],
  "an extra value that a header cannot hold": [
    { user: ["token: t", "as: me", "as-user-extra: { scopes: [é] }"] },
    "users[0].user.as-user-extra.scopes[0] contains characters that an HTTP header cannot hold: use visible ASCII characters, " +
    "and spaces only between them",
  ],
  "an extra that is not a mapping": [
    { user: ["token: t", "as: me", "as-user-extra: [a]"] },
    "users[0].user.as-user-extra is not a mapping",
  ],
  "a group that is empty": [
    { user: ["token: t", "as: me", "as-groups: ['']"] },
    "users[0].user.as-groups[0] is missing",
  ],
  "exec without a command": [
    { user: ["exec: { apiVersion: client.authentication.k8s.io/v1 }"] },
    "users[0].user.exec.command is missing",
  ],
  "exec of another version": [
    { user: ["exec: { apiVersion: v1, command: aws }"] },
    "users[0].user.exec.apiVersion must be one of client.authentication.k8s.io/v1, " +
    'client.authentication.k8s.io/v1beta1, client.authentication.k8s.io/v1alpha1: current value is "v1"',
  ],
};

for (const [what, [parts, problem]] of Object.entries(malformedParts)) {
  Deno.test(`a malformed kubeconfig, ${what}: the error says where and what to do`, async () => {
    assertEquals(await problemOf(locateIn(parts)), `Cannot use kubeconfig /k/config as ${problem}`);
  });
}

Deno.test("an error never shows a secret", async () => {
  const problems = [
    await problemOf(locateText("users:\n- name: a\n  user:\n    token: hunter2: oops\n")),
    await problemOf(locateIn({ user: ["client-key-data: 'hunter2%'"] })),
    await problemOf(locateIn({ user: ["token: [hunter2]"] })),
  ];
  assertEquals(problems.filter((problem) => problem.includes("hunter2")), []);
});
