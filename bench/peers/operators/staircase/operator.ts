/** The benchmark's operator, written with this module. Its contract is in `bench/README.md`. */

import {
  connect,
  create,
  createLogger,
  defineSteps,
  kindOf,
  type KubeObject,
  type RunReport,
  serveController,
} from "@staircase/operator";
import { ConfigMap, Secret } from "@staircase/operator/kinds";
import { noteUnchanged, SENT } from "../churn.ts";

interface Stair extends KubeObject {
  spec: { steps: number; payload?: string };
  status?: { ready?: boolean; observedGeneration?: number };
}

const Stair = kindOf<Stair>({ group: "bench.staircase.dev", version: "v1", kind: "Stair", plural: "stairs" });

/** When the harness touched the objects under way. */
const sent = new Map<string, string | undefined>();
const keyOf = ({ metadata: { namespace, name } }: Stair) => `${namespace}/${name}`;

const isSecret = Deno.env.get("BENCH_DEPENDENTS") === "Secret";
const Dependent = isSecret ? Secret : ConfigMap;
const draft = (name: string, i: string) => ({
  metadata: { name },
  ...(isSecret ? { stringData: { i } } : { data: { i } }),
});

const steps = defineSteps(Stair)
  .change("create the first dependent that is missing", async ({ kube, object }) => {
    for (let i = 0; i < object.spec.steps; i++) {
      const name = `${object.metadata.name}-${i}`;
      if (!await kube.get<KubeObject>(Dependent, name)) return create<KubeObject>(Dependent, draft(name, `${i}`));
    }
  })
  .change("report readiness", ({ object, setStatus }) => {
    if (object.status?.ready) return void sent.set(keyOf(object), object.metadata.annotations?.[SENT]);
    return setStatus({ ready: true, observedGeneration: object.metadata.generation! });
  });

const wanted = Number(Deno.env.get("BENCH_N") ?? 0);
let unchanged = 0;

function onRun({ key, result }: RunReport): void {
  if (result.outcome !== "NoOp") return;
  // deno-lint-ignore no-console -- what the harness waits for
  if (++unchanged === wanted) console.log("SYNCED");
  noteUnchanged(sent.get(key));
  sent.delete(key);
}

using client = await connect();
await using served = await serveController({
  resource: Stair,
  steps,
  owns: [Dependent],
  concurrency: Number(Deno.env.get("BENCH_WORKERS") ?? 8),
  client,
  // The other operators do not log changes either.
  logger: createLogger({ level: "warn" }),
  onRun,
});
await served.finished;
