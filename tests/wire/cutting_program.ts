/**
 * Sends requests over connections that end at each byte, and prints a line of JSON for each cut: what came of it. By itself, so
 * that any Deno can run it: `deno run -A cutting_program.ts STRIDE KUBECONFIG…`, each of a `CuttingServer`, ten or more.
 */

import { connect, type ConnectedClient, ConnectionError, type KubeRequest, send } from "../../lib/kube/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { systemClock, systemRandom } from "../../lib/time/mod.ts";
import type { BothSizes, Cut, End, Framing, Sizes } from "./cutting_server.ts";

/** What became of one request. */
export interface CutRequest {
  readonly request: string;
  readonly cut: Cut;
  /** The length without the cut. */
  readonly size: number;
  /** Stands in its path: `n-MARK`. */
  readonly mark: string;
  /** Absent when it went well. */
  readonly error?: { readonly name: string; readonly sent: string | undefined; readonly message: string };
}

const REQUESTS: Readonly<Record<string, Omit<KubeRequest, "kind" | "namespace">>> = {
  create: { verb: "create", body: { metadata: { generateName: "a-" } } },
  update: { verb: "update", name: "a", body: { data: {} } },
  patch: { verb: "patch", name: "a", body: [], contentType: "application/json-patch+json" },
  apply: { verb: "patch", name: "a", body: {}, contentType: "application/apply-patch+yaml" },
  delete: { verb: "delete", name: "a", body: { kind: "DeleteOptions" } },
  get: { verb: "get", name: "a" },
};

/** Those that a user sends through the client itself, of no body. */
const BARE = ["POST", "PUT", "PATCH", "DELETE"] as const;

const ENDS: readonly End[] = ["closed in order", "closed below", "reset"];

/** One of the requests, by which framing of its answer. */
interface Kind {
  readonly request: string;
  readonly framing: Framing;
}

/** One cut of one request. */
interface Job extends Kind {
  readonly cut: Cut;
  readonly size: number;
}

if (import.meta.main) {
  const [stride = "", ...kubeconfigs] = Deno.args;
  const isTls = (await Deno.readTextFile(kubeconfigs[0]!)).includes("https:");
  const told = await main(kubeconfigs, isTls, Number(stride));
  Deno.stdout.writeSync(new TextEncoder().encode(told.map((one) => JSON.stringify(one)).join("\n")));
}

async function main(kubeconfigs: readonly string[], isTls: boolean, stride: number): Promise<CutRequest[]> {
  const clients = await Promise.all(kubeconfigs.map((kubeconfig) => connect({ kubeconfig })));
  const kinds = [...Object.keys(REQUESTS), ...BARE].map((request, index): Kind => ({
    request,
    framing: index % 2 === 0 ? "length" : "chunked",
  }));
  const jobs = (await Promise.all(kinds.map((kind, index) => jobsOf(clients[index]!, kind, isTls, stride)))).flat();
  const told: CutRequest[] = [];
  const waiting = jobs.entries();
  await Promise.all(clients.map(async (client) => {
    for (const [index, job] of waiting) {
      const mark = String(index).padStart(6, "0");
      const error = await play(client, job, mark);
      const { request, cut, size } = job;
      told.push({ request, cut, size, mark, ...(error !== undefined && { error: describe(error) }) });
    }
  }));
  for (const client of clients) client.close();
  return told;
}

/** Every n-th offset at which one request can be cut; different ones for each kind of end. */
async function jobsOf(client: ConnectedClient, kind: Kind, isTls: boolean, stride: number): Promise<Job[]> {
  const never = { in: "request", of: "way", after: 1e9, end: "reset" } as const;
  await arm(client, never, kind.framing);
  await ask(client, kind.request, "sizing");
  const { text, way } = await client.performRequest({
    method: "GET",
    path: "/sizes",
    expectJson: true,
  }) as unknown as BothSizes;
  const jobs: Job[] = [];
  let start = 0;
  for (const end of ENDS) {
    jobs.push({ ...kind, size: 0, cut: { in: "idleness", of: "way", after: 0, end } });
    // A cut in transit is not a proper close. Without TLS, the text itself is what is in transit.
    for (const [of, sizes] of [["text", text], ["way", way]] as const) {
      if (isTls ? of === "way" && end === "closed in order" : of === "text") continue;
      for (const where of ["request", "answer"] as const) {
        for (const after of offsets(sizes[where], stride, start++)) {
          jobs.push({ ...kind, size: sizes[where], cut: { in: where, of, after, end } });
        }
      }
    }
  }
  return jobs;
}

/** From none to all bytes; the first and the last always. */
function offsets(size: Sizes[keyof Sizes], stride: number, start: number): number[] {
  const all = Array.from({ length: size + 1 }, (_, at) => at);
  return all.filter((at) => at < 2 || at >= size - 1 || at % stride === start % stride);
}

/** @returns What was thrown, if anything was. */
async function play(client: ConnectedClient, { cut, framing, request }: Job, mark: string): Promise<unknown> {
  await arm(client, cut, framing);
  try {
    await ask(client, request, mark);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Leaves an idle connection, and ends as requested. */
async function arm(client: ConnectedClient, cut: Cut, framing: Framing): Promise<void> {
  // The connection may end with the cut of before; and one that is new has more to say than an answer.
  for (let isWarm = false; !isWarm;) {
    isWarm = await client.performRequest({ method: "GET", path: "/warm" }).then(() => true, () => false);
  }
  const querystring = new URLSearchParams({ cut: JSON.stringify(cut), framing });
  await client.performRequest({ method: "GET", path: "/arm", querystring });
}

async function ask(client: ConnectedClient, request: string, mark: string): Promise<void> {
  const namespace = `n-${mark}`;
  const known = REQUESTS[request];
  if (known) {
    await send({ client, clock: systemClock, random: systemRandom }, { ...known, kind: ConfigMap, namespace });
  } else {
    await client.performRequest({ method: request as typeof BARE[number], path: `/bare/${namespace}` });
  }
}

function describe(error: unknown): NonNullable<CutRequest["error"]> {
  const { name, message } = error as Error;
  return { name, message, sent: error instanceof ConnectionError ? error.sent : undefined };
}
