/** The kind `Stair` and its objects: the work for the operators. */

import { eventually } from "../../tests/cluster/eventually.ts";
import type { Api } from "./api.ts";

const GROUP = "bench.staircase.dev";
/** The namespace of the Stairs. */
export const NAMESPACE = "bench";
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** The paths of the two kinds. */
export const STAIRS = `/apis/${GROUP}/v1/namespaces/${NAMESPACE}/stairs`;
export const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

/** The annotation with the time at which the harness touched an object, in milliseconds since the epoch. */
export const SENT = `${GROUP}/sent`;

/** Connections that create objects in parallel. */
const SEEDERS = 8;

/** Objects to create. */
export interface Seed {
  count: number;
  /** ConfigMaps per object. */
  steps: number;
  /** Characters of payload per object. */
  payload: number;
  /** Whether their status says that they are ready. */
  ready?: boolean;
  annotations?: (spec: StairSpec) => Record<string, string>;
}

export interface StairSpec {
  steps: number;
  payload: string;
}

/**
 * Installs the kind, and creates the objects. If they are to be ready, the status only becomes a subresource
 * afterwards, so that each object takes one request.
 */
export async function prepare(api: Api, seed: Seed): Promise<void> {
  await api.send("POST", CRDS, { body: definition({ withStatus: !seed.ready }) });
  await api.send("POST", "/api/v1/namespaces", { body: { metadata: { name: NAMESPACE } } });
  await eventually(() => api.json("GET", `${STAIRS}?limit=1`), { within: 60_000 });
  await create(api, seed);
  if (seed.ready) await switchStatusOn(api);
}

/** The body of a Stair. */
export function stair(name: string, spec: StairSpec, rest: object = {}): object {
  return { apiVersion: `${GROUP}/v1`, kind: "Stair", metadata: { name, ...rest }, spec };
}

/** The name of a seeded object. */
export function stairName(index: number): string {
  return `stair-${String(index).padStart(6, "0")}`;
}

/** Deletes all Stairs and ConfigMaps. */
export async function clear(api: Api): Promise<void> {
  for (const path of [STAIRS, CONFIG_MAPS]) await api.send("DELETE", path);
}

async function create(api: Api, { count, steps, payload, ready = false, annotations }: Seed): Promise<void> {
  const spec = { steps, payload: "x".repeat(payload) };
  const metadata = annotations ? { annotations: annotations(spec) } : {};
  const status = ready ? { status: { ready: true, observedGeneration: 1 } } : {};
  let next = 0;
  const seeder = async () => {
    while (next < count) {
      const body = { ...stair(stairName(next++), spec, metadata), ...status };
      await api.send("POST", STAIRS, { body });
    }
  };
  await Promise.all(Array.from({ length: SEEDERS }, seeder));
}

async function switchStatusOn(api: Api): Promise<void> {
  await api.patch(`${CRDS}/stairs.${GROUP}`, { spec: definition({ withStatus: true }).spec });
  const served = () => api.json("GET", `${STAIRS}/${stairName(0)}/status`);
  await eventually(served, { within: 120_000, every: 500 });
}

function definition({ withStatus }: { withStatus: boolean }) {
  const integer = { type: "integer", format: "int64" };
  const spec = { type: "object", required: ["steps"], properties: { steps: integer, payload: { type: "string" } } };
  const status = {
    type: "object",
    properties: { ready: { type: "boolean" }, observedGeneration: integer },
    "x-kubernetes-preserve-unknown-fields": true, // kopf keeps its progress there
  };
  const version = {
    ...{ name: "v1", served: true, storage: true },
    schema: { openAPIV3Schema: { type: "object", properties: { spec, status } } },
    ...(withStatus && { subresources: { status: {} } }),
  };
  const names = { plural: "stairs", singular: "stair", kind: "Stair", listKind: "StairList" };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `stairs.${GROUP}` },
    spec: { group: GROUP, scope: "Namespaced", names, versions: [version] },
  };
}
