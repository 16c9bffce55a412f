/** Each line of a watch is checked: a line that is not an event of the kind is an error and changes nothing. */

import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../lib/kube/mod.ts";
import { MalformedWatchError } from "../../lib/watch/mod.ts";
import { added, bookmark, run, secret } from "./fixture.ts";
import { list, text } from "./scripted_client.ts";

const good = secret("a", 9);
const { kind: _kind, ...kindless } = good;
const { apiVersion: _apiVersion, ...unversioned } = good;
const { metadata: _metadata, ...bare } = good;
const metadata = (more: object) => ({ ...good, metadata: { ...good.metadata, ...more } });

/** What stands in the place of an object. */
const OBJECTS: readonly unknown[] = [
  ...[undefined, null, 7, "a", [], {}, kindless, unversioned, bare],
  ...[{ ...good, kind: "ConfigMap" }, { ...good, apiVersion: "v2" }, { ...good, metadata: null }, {
    ...good,
    metadata: [],
  }],
  ...[metadata({ name: 7 }), metadata({ name: "" }), metadata({ uid: undefined }), metadata({ uid: 7 })],
  ...[metadata({ resourceVersion: undefined }), metadata({ resourceVersion: 9 }), metadata({ resourceVersion: "" })],
  { kind: "Status", apiVersion: "v1", status: "Failure", code: 500 },
  { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: { resourceVersion: "9" }, rows: [] },
];

const LINES: readonly unknown[] = [
  ...OBJECTS.flatMap((object) => ["ADDED", "MODIFIED", "DELETED"].map((type) => ({ type, object }))),
  ...[undefined, null, 7, {}, { metadata: {} }, { metadata: { resourceVersion: 9 } }, {
    metadata: { resourceVersion: "" },
  }]
    .map((object) => ({ type: "BOOKMARK", object })),
  ...[undefined, null, 7, "gone", {}, { message: "bad gateway" }, { code: 410 }, good]
    .map((object) => ({ type: "ERROR", object })),
  ...["", "added", "constructor", null, 7, {}, []].map((type) => ({ type, object: good })),
  ...[null, 7, "a", [], {}, { error: "bad gateway" }, good, { kind: "SecretList", apiVersion: "v1", items: [] }],
];

Deno.test("a line that is not an event of the kind is an error, and the lines before it count", async () => {
  for (const line of LINES) {
    for (const before of [[], [added(secret("b", 8)), bookmark(8)]]) {
      const lines = [...before, line].map((one) => `${JSON.stringify(one)}\n`).join("");
      await using watch = await run([list("7", []), text(lines)]);
      const what = JSON.stringify(line);
      assertEquals(watch.events, before.length === 0 ? [] : ["ADDED b@8"], what);
      assert(
        watch.trouble instanceof MalformedWatchError || watch.trouble instanceof ApiError,
        `${what}: ${watch.trouble}`,
      );
      assert(!String(watch.trouble).includes("bad gateway"), what);
      await watch.clock.advance(400);
      assertEquals(watch.script.queries[2]?.resourceVersion, before.length === 0 ? "7" : "8", what);
    }
  }
});
