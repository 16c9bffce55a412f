/** What users want of the examples' operators, and how they see that they have got it: through the API alone. */

import type { DefinedResource } from "@staircase/operator";
import type { TypedClient } from "@staircase/operator/client";
import { ConfigMap, Deployment, Service } from "@staircase/operator/kinds";
import { Shop } from "../../../examples/order/shop.ts";
import { Claim, Pool } from "../../../examples/multi/kinds.ts";
import { Elevator } from "../../../examples/elevator/kind.ts";
import { Order } from "../../../examples/order/operator.ts";
import { Foo } from "../../../examples/simple.ts";
import { Website } from "../../../examples/website/operator.ts";
import { eventually } from "../eventually.ts";
import type { Neighbour } from "../node/pod_network.ts";

/** How long a wish may take, in milliseconds. */
const WITHIN = 30_000;

/** An example's operator, and what its users do. */
export interface Wishes {
  /** The name of the operator. */
  readonly name: string;
  /** Its file, in the folder of the examples. */
  readonly program: string;
  /** Its own flags. */
  readonly flags: readonly string[];
  /** An object that is wanted before it runs. */
  readonly early: (namespace: string) => EarlyObject;
  /** Starts what it reaches besides the API server. */
  neighbours?(): Neighbourhood;
  /** Wants things, meddles, changes its mind, and deletes all; each until it is so. */
  act(user: TypedClient, namespace: string): Promise<void>;
}

/** An object, and its kind. */
export interface EarlyObject {
  readonly kind: DefinedResource;
  readonly draft: { readonly metadata: { readonly name: string }; readonly spec: unknown };
}

/** What runs beside an operator. */
export interface Neighbourhood extends AsyncDisposable {
  readonly neighbours: readonly Neighbour[];
}

/** Waits until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  await eventually(isSo, { within: WITHIN });
}

/** A Foo that comes, grows and goes. */
async function wantFoo(user: TypedClient, name: string = "hello"): Promise<void> {
  const isReady = (replicas: number) => async () => (await user.get(Foo, name))?.status?.ready === replicas;
  await user.create(Foo, { metadata: { name }, spec: {} });
  await until(isReady(1));
  await user.patch(Foo, name, { merge: { spec: { replicas: 3 } } });
  await until(isReady(3));
  await user.delete(Foo, name);
  await until(async () => await user.get(Foo, name) === undefined);
  await until(async () => await user.get(Deployment, name) === undefined);
}

async function wantOrders(user: TypedClient): Promise<void> {
  for (const item of ["tent", "umbrella"]) await user.create(Order, { metadata: { name: item }, spec: { item } });
  const numbers = async () => (await user.list(Order)).map(({ status }) => status?.number);
  // The first is that of the early one.
  await until(async () => (await numbers()).toSorted().join() === "1001,1002,1003");
  for (const item of ["tent", "umbrella"]) await user.delete(Order, item);
}

async function wantSeats(user: TypedClient, namespace: string): Promise<void> {
  const pool = `licences-${namespace}`;
  const hasTicket = (name: string) => async () => (await user.get(ConfigMap, name))?.data?.["pool"] === pool;
  const hasNone = (name: string) => async () => await user.get(ConfigMap, name) === undefined;
  await user.create(Pool, { metadata: { name: pool }, spec: { seats: 1 } });
  await user.create(Claim, { metadata: { name: "ann" }, spec: { pool } });
  await until(hasTicket("ann"));
  await user.create(Claim, { metadata: { name: "ben" }, spec: { pool } });
  await user.delete(Claim, "ann");
  await until(hasTicket("ben"));
  await user.patch(Pool, pool, { merge: { spec: { seats: 0 } } });
  await until(hasNone("ben"));
  await user.delete(Claim, "ben");
  await user.delete(Pool, pool);
}

async function wantWebsite(user: TypedClient): Promise<void> {
  const page = async () => (await user.get(ConfigMap, "home"))?.data?.["index.html"] ?? "";
  await user.create(Website, { metadata: { name: "home" }, spec: { title: "At home", text: "" } });
  await until(async () => (await user.get(Website, "home"))?.status?.ready === 2);
  await user.patch(Deployment, "home", { merge: { spec: { replicas: 0 } } });
  await until(async () => (await user.get(Deployment, "home"))?.spec?.replicas === 2);
  await user.patch(Service, "home", { merge: { spec: { ports: [{ name: "http", port: 80, targetPort: 8080 }] } } });
  await until(async () => (await user.get(Service, "home"))?.spec?.ports?.[0]?.targetPort === "http");
  await user.delete(ConfigMap, "home");
  await until(async () => (await page()).includes("<h1>At home</h1>"));
  await user.patch(Website, "home", { merge: { spec: { title: "Out" } } });
  await until(async () => (await page()).includes("<h1>Out</h1>"));
  // Its parts are collected as garbage: for a new kind, a cluster may take a minute for that.
  await user.delete(Website, "home");
}

async function wantRide(user: TypedClient): Promise<void> {
  await user.create(Elevator, { metadata: { name: "lift" }, spec: { floor: 2, content: "Ada" } });
  const isAt = (floor: number) => async () => {
    const { status } = (await user.get(Elevator, "lift"))!;
    return status?.floor === floor && status.way === "still";
  };
  await until(isAt(2));
  await user.patch(Elevator, "lift", { merge: { spec: { floor: 1 } } });
  await until(isAt(1));
  await user.delete(Elevator, "lift");
}

/** A shop on this machine, that Pods know as `shop:8787`. */
function openShop(): Neighbourhood {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, new Shop().answer);
  return {
    neighbours: [{ host: "shop", port: 8787, target: server.addr.port }],
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An early object of a kind. */
function early(kind: DefinedResource, spec: unknown): (namespace: string) => EarlyObject {
  // The namespace makes it differ where a kind is in none.
  return (namespace) => ({ kind, draft: { metadata: { name: `early-${namespace}` }, spec } });
}

/** All examples. */
export const WISHES: readonly Wishes[] = [
  { name: "simple", program: "simple.ts", flags: [], early: early(Foo, {}), act: (user) => wantFoo(user) },
  {
    name: "order",
    program: "order/main.ts",
    flags: ["--shop=http://shop:8787"],
    early: early(Order, { item: "lamp" }),
    neighbours: openShop,
    act: wantOrders,
  },
  { name: "multi", program: "multi/main.ts", flags: [], early: early(Pool, { seats: 0 }), act: wantSeats },
  {
    name: "website",
    program: "website/main.ts",
    flags: [],
    early: early(Website, { title: "Early", text: "" }),
    act: wantWebsite,
  },
  { name: "elevator", program: "elevator/main.ts", flags: [], early: early(Elevator, { floor: 0 }), act: wantRide },
];
