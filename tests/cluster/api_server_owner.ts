/** A process that starts an API server for itself, tells of it, and waits to be killed: `api_server_owner.ts BIN`. */

import { startApiServer } from "../../lib/testing/apiserver/mod.ts";
import { tell } from "./tell.ts";

const server = await startApiServer({ bin: Deno.args[0]! });
tell({ folder: server.folder });
await new Promise((resolve) => setTimeout(resolve, 1e9));
