/** The first example's operator as a process of its own: tells each Run as a line of JSON. Takes the path of a kubeconfig. */

import { connect, serveController } from "../../mod.ts";
import { controller } from "../../examples/simple.ts";
import { tell, tellRun } from "./tell.ts";

const [kubeconfig] = Deno.args;
const client = await connect({ kubeconfig });
const namespace = client.defaultNamespace ?? "default";
await using served = await serveController({ ...controller, client, namespace, onRun: tellRun });
await served.ready;
tell({ ready: true });
await served.finished;
