// deno-lint-ignore-file no-console -- it talks to its user
/** Serves an embedded cluster until it is interrupted: `deno task cluster [PORT]`. */

import { EmbeddedCluster, serveEmbedded } from "../../lib/testing/mod.ts";

const cluster = new EmbeddedCluster();
const server = serveEmbedded(cluster, { port: Number(Deno.args[0] ?? 8001) });
console.log(`The embedded cluster is at ${server.url}; try: kubectl --server ${server.url} get namespaces`);
await server.finished;
