/**
 * The benchmark's operator without a framework: one list and one watch per kind, remembered own writes, and no other
 * requests than the writes, over a minimal transport. It shows what the runtime allows. Everything that makes an
 * operator safe is left out: the end of a watch, an error or a deletion ends it.
 */

import { noteUnchanged, SENT } from "../churn.ts";
import { Transport } from "./transport.ts";

interface Stair {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    generation: number;
    resourceVersion: string;
    annotations?: Record<string, string>;
  };
  spec: { steps: number };
  status?: { ready?: boolean };
}

const STAIRS = "/apis/bench.staircase.dev/v1";
const wanted = Number(Deno.env.get("BENCH_N") ?? 0);
const workers = Number(Deno.env.get("BENCH_WORKERS") ?? 8);
// The harness writes its kubeconfig as JSON, which is also YAML.
const { clusters, users } = JSON.parse(await Deno.readTextFile(Deno.env.get("KUBECONFIG")!));
const { server: url, "certificate-authority-data": authority } = clusters[0].cluster;
const transport = new Transport({ url, authority: atob(authority), token: users[0].user.token });

const stairs = new Map<string, Stair>();
const maps = new Set<string>();
const queue: string[] = [];
const queued = new Set<string>();
const running = new Set<string>();
let idle = workers;
let unchanged = 0;

function add(key: string): void {
  if (queued.has(key)) return;
  queued.add(key);
  if (running.has(key)) return;
  queue.push(key);
  if (idle > 0) work();
}

async function work(): Promise<void> {
  idle--;
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    queued.delete(key);
    running.add(key);
    const changed = await run(stairs.get(key)!);
    running.delete(key);
    if (changed) queued.add(key);
    else end(stairs.get(key)!);
    if (queued.has(key)) queue.push(key);
  }
  idle++;
}

function end({ metadata }: Stair): void {
  // deno-lint-ignore no-console -- what the harness waits for
  if (++unchanged === wanted) console.log("SYNCED");
  noteUnchanged(metadata.annotations?.[SENT]);
}

async function run({ metadata: { name, namespace, uid, generation }, spec, status }: Stair): Promise<boolean> {
  for (let i = 0; i < spec.steps; i++) {
    if (maps.has(`${namespace}/${name}-${i}`)) continue;
    const owner = { apiVersion: "bench.staircase.dev/v1", kind: "Stair", name, uid, controller: true };
    const metadata = { name: `${name}-${i}`, ownerReferences: [{ ...owner, blockOwnerDeletion: true }] };
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { i: `${i}` } };
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await transport.send({ method: "POST", path, body: map, type: "application/json" });
    maps.add(`${namespace}/${name}-${i}`);
    return true;
  }
  if (status?.ready) return false;
  const body = { status: { ready: true, observedGeneration: generation } };
  const path = `${STAIRS}/namespaces/${namespace}/stairs/${name}/status`;
  const stored = await transport.ask<Stair>({ method: "PATCH", path, body, type: "application/merge-patch+json" });
  stairs.set(`${namespace}/${name}`, stored);
  return true;
}

/** Handles an event of the watch. An own write that is already known is no news. */
function change(stair: Stair): void {
  const key = keyOf(stair);
  if (stairs.get(key)?.metadata.resourceVersion === stair.metadata.resourceVersion) return;
  stairs.set(key, stair);
  add(key);
}

interface List<T> {
  metadata: { resourceVersion: string };
  items: T[];
}

/** Lists a kind, reports each object, and then watches. */
async function informed<T>(path: string, tell: (object: T) => void, tellChange = tell): Promise<() => Promise<void>> {
  const { metadata, items } = await transport.ask<List<T>>({ method: "GET", path });
  items.forEach(tell);
  const watch = `${path}?watch=true&resourceVersion=${metadata.resourceVersion}`;
  return () => transport.lines(watch, (line) => tellChange(JSON.parse(line).object));
}

const keyOf = ({ metadata: { namespace, name } }: Stair) => `${namespace}/${name}`;
const watches = await Promise.all([
  informed<Stair>("/api/v1/configmaps", (map) => maps.add(keyOf(map))),
  informed<Stair>(`${STAIRS}/stairs`, (stair) => stairs.set(keyOf(stair), stair), change),
]);
for (const watch of watches) watch();
for (const key of stairs.keys()) add(key);
