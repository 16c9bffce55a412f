/**
 * The benchmark's operator without any framework: one list and one watch a kind, own writes remembered, nothing asked of the
 * API server but the writes. It shows what the runtime allows, and leaves out whatever makes an operator safe to leave alone:
 * a watch that ends, an error, a deletion end it.
 */

import { noteUnchanged, SENT } from "../churn.ts";

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
// The harness writes its kubeconfig as JSON, which is YAML.
const { clusters, users } = JSON.parse(await Deno.readTextFile(Deno.env.get("KUBECONFIG")!));
const { server, "certificate-authority-data": authority } = clusters[0].cluster;
const client = Deno.createHttpClient({ caCerts: [atob(authority)] });
const authorization = `Bearer ${users[0].user.token}`;

const stairs = new Map<string, Stair>();
const maps = new Set<string>();
const queue: string[] = [];
const queued = new Set<string>();
const running = new Set<string>();
let idle = workers;
let unchanged = 0;

async function send(method: string, path: string, body?: unknown, contentType = "application/json"): Promise<Response> {
  const headers = { authorization, "content-type": contentType };
  const init = { client, method, headers, body: body === undefined ? null : JSON.stringify(body) };
  const response = await fetch(server + path, init);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

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
    await (await send("POST", `/api/v1/namespaces/${namespace}/configmaps`, map)).arrayBuffer();
    maps.add(`${namespace}/${name}-${i}`);
    return true;
  }
  if (status?.ready) return false;
  const body = { status: { ready: true, observedGeneration: generation } };
  const path = `${STAIRS}/namespaces/${namespace}/stairs/${name}/status`;
  const stored = await send("PATCH", path, body, "application/merge-patch+json");
  stairs.set(`${namespace}/${name}`, await stored.json());
  return true;
}

/** Takes in what the watch brings; what an own write has brought before is no news. */
function change(stair: Stair): void {
  const key = keyOf(stair);
  if (stairs.get(key)?.metadata.resourceVersion === stair.metadata.resourceVersion) return;
  stairs.set(key, stair);
  add(key);
}

/** Lists, tells of each object, and then watches. */
async function informed<T>(path: string, tell: (object: T) => void, tellChange = tell): Promise<() => Promise<void>> {
  const { metadata, items } = await (await send("GET", path)).json();
  items.forEach(tell);
  return async () => {
    const response = await send("GET", `${path}?watch=true&resourceVersion=${metadata.resourceVersion}`);
    let rest = "";
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) tellChange(JSON.parse(line).object);
    }
  };
}

const keyOf = ({ metadata: { namespace, name } }: Stair) => `${namespace}/${name}`;
const watchMaps = await informed<Stair>("/api/v1/configmaps", (map) => maps.add(keyOf(map)));
const watchStairs = await informed<Stair>(`${STAIRS}/stairs`, (stair) => stairs.set(keyOf(stair), stair), change);
watchMaps();
watchStairs();
for (const key of stairs.keys()) add(key);
