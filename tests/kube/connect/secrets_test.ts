/** A promise about secrets: wherever one stands, and whatever goes wrong, it is in no error. Planted at random, by a seed. */

import { assert, assertEquals } from "@std/assert";
import { toClient } from "../../../lib/kube/connect/connect.ts";
import { denoHost } from "../../../lib/kube/connect/found/host.ts";
import { locate } from "../../../lib/kube/connect/sources/locate.ts";
import { toApiError } from "../../../lib/kube/answer/answer.ts";
import { ignore, temporaryDirectory } from "./fixtures.ts";

const SECRET = "hunter2";

/** The same numbers each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5 | 0;
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Pick = <T>(values: readonly T[]) => T;

/** The secret in a form that something is likely to stumble over. */
function disguise(pick: Pick): string {
  return pick([
    SECRET,
    `${SECRET}\u0000`,
    `${SECRET}\n${SECRET}`,
    ` ${SECRET}: x`,
    `"${SECRET}`,
    `'${SECRET}'`,
    `[${SECRET}`,
    `{${SECRET}: {`,
    `*${SECRET}`,
    `&${SECRET} x`,
    `!!${SECRET} x`,
    `!<${SECRET}> x`,
    `|${SECRET}`,
    `@${SECRET}`,
    `%${SECRET}`,
    `ü${SECRET}`,
    `${SECRET}\t${SECRET}`,
    `-----BEGIN CERTIFICATE-----\n${SECRET}\n-----END CERTIFICATE-----`,
    `-----BEGIN ${SECRET}-----`,
    `"\\${SECRET}"`,
    `<<: ${SECRET}`,
  ]);
}

/** A kubeconfig with the secret in one place, mostly as text that YAML has to make sense of. */
function plantedConfig(pick: Pick, url: string): string {
  const secret = disguise(pick);
  const text = pick([
    secret,
    JSON.stringify(secret),
    JSON.stringify(btoa(encodeURIComponent(secret))),
    secret.replace(/\n/g, "\n      "),
  ]);
  const lines = (key: string) => `    ${key}: ${text}`;
  const user = pick([
    lines("token"),
    lines("password"),
    `    username: a\n${lines("password")}`,
    `${lines("client-certificate-data")}\n${lines("client-key-data")}`,
    lines("client-key-data"),
    `    token: a\n    as: ${text}`,
    `    token: a\n    as: b\n    as-groups: [${text}]`,
    `    token: a\n    as: b\n    as-user-extra: { x: [${text}] }`,
    `    exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never }`,
    `    exec: { apiVersion: client.authentication.k8s.io/v1, command: sh, args: ["-c", ${
      JSON.stringify(`echo ${secret}`)
    }] }`,
    `    exec: { apiVersion: client.authentication.k8s.io/v1, command: ./none, env: [{ name: A, value: ${
      JSON.stringify(secret)
    } }] }`,
    text,
  ]);
  const server = pick([
    url,
    `https://${SECRET}:${SECRET}@127.0.0.1:9`,
    `https://me:${SECRET}/x@127.0.0.1`,
    `htp://me:${SECRET}@a`,
    `http://me:${SECRET}@10.0.0.1`,
    `${url.replace("//", `//me:%zz${SECRET}@`)}`,
  ]);
  return `apiVersion: v1
kind: Config
current-context: a
contexts: [{ name: a, context: { cluster: a, user: a } }]
clusters:
- name: a
  cluster:
    server: ${JSON.stringify(server)}
    ${pick(["", lines("certificate-authority-data").trim(), "extensions: []"])}
    ${
    pick([
      "",
      lines("proxy-url").trim(),
      `proxy-url: ${JSON.stringify(`${pick(["http", "https", "socks5", "ftp"])}://me:${SECRET}@127.0.0.1:9`)}`,
      `proxy-url: "me:${SECRET}@127.0.0.1:9"`,
    ])
  }
users:
- name: a
  user:
${user}
${pick(["", `${SECRET}: [`, "---\n", `token: ${text}`])}
`;
}

/** What a plugin prints: nearly a credential. */
function printed(pick: Pick): string {
  const status = pick<unknown>([
    { token: disguise(pick) },
    { token: [SECRET] },
    { token: `${SECRET}\nx` },
    { clientCertificateData: SECRET },
    { clientCertificateData: disguise(pick), clientKeyData: disguise(pick) },
    { token: SECRET, expirationTimestamp: SECRET },
    SECRET,
    null,
  ]);
  const credential = JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: pick(["ExecCredential", SECRET]),
    status,
  });
  return pick([credential, credential.slice(0, -1), disguise(pick), `${credential}${SECRET}`, ""]);
}

Deno.test("a secret of a kubeconfig, a URL or a plugin is in no error, whatever goes wrong", {
  ignore: ignore || Deno.build.os === "windows",
}, async () => {
  await using directory = await temporaryDirectory();
  const answers = [401, 403, 500];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    answers.push(answers.shift()!);
    return new Response("no", { status: answers[0]! });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  await Deno.chmod(
    await directory.write(
      "plugin",
      '#!/bin/sh\ncat "$(dirname "$0")/printed"\ncat "$(dirname "$0")/printed" >&2\nexit $(cat "$(dirname "$0")/code")\n',
    ),
    0o755,
  );
  const places = new Set<string>();
  for (let seed = 1; seed <= 250; seed++) {
    const random = seeded(seed);
    const pick: Pick = (values) => values[Math.floor(random() * values.length)]!;
    await directory.write("printed", printed(pick));
    await directory.write("code", pick(["0", "0", "1"]));
    const kubeconfig = await directory.write("config", plantedConfig(pick, url));
    try {
      using client = await toClient(await locate({ kubeconfig }, denoHost));
      assert(!Deno.inspect(client, { depth: 20 }).includes(SECRET), `seed ${seed}`);
      await client.performRequest({ method: "GET", path: "/api", abortSignal: AbortSignal.timeout(5_000) });
    } catch (thrown) {
      const error = toApiError(thrown) as Error;
      const told = `${Deno.inspect(error, { depth: 20 })} ${error.stack} ${Deno.inspect(thrown, { depth: 20 })}`;
      assert(!told.includes(SECRET), `seed ${seed}: ${told}`);
      places.add(error.message.replace(/[^ a-zA-Z].*$/s, "").slice(0, 60));
    }
  }
  await server.shutdown();
  // They do go wrong in many ways.
  assert(places.size >= 4, [...places].join("\n"));
  assertEquals(places.has(""), false);
});
