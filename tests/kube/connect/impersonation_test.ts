/** Promises about a user that speaks for another: the lines of the head that reach the server. */

import { assertEquals } from "@std/assert";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ignore, temporaryDirectory, writeConfig } from "./fixtures.ts";

const AS = [
  "token: t",
  "as: system:serviceaccount:shop:till",
  "as-uid: 0f3b",
  "as-groups: ['shop, and more', shop]",
  "as-user-extra: { 'Example.org/Zone%1 ü': [north, 'a,b'], scopes: [view] }",
];

/** The lines of the head of one request, as they come in. */
async function linesWith(user: readonly string[], transport: "wire" | "fetch"): Promise<string[]> {
  await using directory = await temporaryDirectory();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const kubeconfig = await writeConfig(directory, `http://127.0.0.1:${listener.addr.port}`, { user });
  using client = await connect({ kubeconfig, transport });
  const request = client.performRequest({ method: "GET", path: "/api" });
  using connection = await listener.accept();
  const bytes = new Uint8Array(4_096);
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, await connection.read(bytes) ?? 0));
  await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
  await request;
  return head.split("\r\n").filter((line) => /^impersonate/i.test(line));
}

for (const transport of ["wire", "fetch"] as const) {
  Deno.test(`a user that speaks for another says so, each value in a line of its own, by ${transport}`, {
    ignore,
  }, async () => {
    assertEquals(await linesWith(AS, transport), [
      "impersonate-user: system:serviceaccount:shop:till",
      "impersonate-uid: 0f3b",
      "impersonate-group: shop, and more",
      "impersonate-group: shop",
      "impersonate-extra-example.org%2fzone%251%20%c3%bc: north",
      "impersonate-extra-example.org%2fzone%251%20%c3%bc: a,b",
      "impersonate-extra-scopes: view",
    ]);
  });

  Deno.test(`a user that speaks for itself says nothing of it, by ${transport}`, { ignore }, async () => {
    assertEquals(await linesWith(["token: t", "as: ''", "as-groups: []"], transport), []);
  });
}
