/**
 * Makes many requests that are aborted at any moment, and prints what is left of them; then it must end by itself, without a
 * `Deno.exit`: `deno run -A aborting_program.ts COUNT URL AUTHORITY.pem [CLIENT.crt CLIENT.key]`.
 */

import { systemClock } from "../../lib/time/mod.ts";
import { Wire, WireError } from "../../lib/wire/mod.ts";
import { type Manner, MANNERS } from "./odd_server.ts";

/** What is left of the requests. */
export interface Left {
  /** How requests ended, and how often. */
  readonly ends: Readonly<Record<string, number>>;
  /** Sockets that were opened and are open, while connections are kept and after they have been given back. */
  readonly kept: number;
  readonly sockets: number;
  /** How much the heap has grown since half of the requests, in bytes. */
  readonly growth: number;
  readonly unhandled: readonly string[];
}

/** Sent to a server that does not read: as much as a connection's buffers take, and more. */
const UNREAD = { some: new Uint8Array(100_000), more: new Uint8Array(4 * 1024 * 1024) };

/** So many requests are under way at once. */
const AT_ONCE = 32;

if (import.meta.main) {
  const [count = "", server = "", ...files] = Deno.args;
  const [authority, cert, key] = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const keyPair = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const tls = authority === undefined ? undefined : { authority, keyPair };
  const wire = new Wire({ server, tls, clock: systemClock });
  // Deno 2.6 cannot end a write that is stuck; newer ones can, but over TLS its socket is left until the server reads or ends.
  const canEnd = tls === undefined && !Deno.version.deno.startsWith("2.6.");
  const left = await main(wire, Number(count), canEnd ? UNREAD.more : UNREAD.some);
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(left)));
}

async function main(wire: Wire, count: number, stuck: Uint8Array): Promise<Left> {
  const askWell = async () => void await (await wire.ask({ method: "GET", target: "/good", headers: [] })).bytes();
  await askWell();
  const before = { sockets: sockets() - 1, heap: 0 };
  const unhandled: string[] = [];
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    unhandled.push(String(event.reason));
  });
  const ends: Record<string, number> = {};
  const run = async (from: number, to: number) => {
    const numbers = Array.from({ length: to - from }, (_, index) => from + index).values();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const number of numbers) {
        const end = await once(wire, number, stuck);
        ends[end] = (ends[end] ?? 0) + 1;
      }
    }));
  };
  await run(0, count / 2);
  before.heap = heap();
  await run(count / 2, count);
  const growth = heap() - before.heap;
  // Leaves one that is kept, if nothing else has.
  await askWell();
  const kept = sockets() - before.sockets;
  wire.close();
  // Their ends take a turn or two.
  for (let turn = 0; turn < 1_000 && sockets() > before.sockets; turn++) await new Promise((go) => setTimeout(go, 5));
  return { ends, kept, sockets: sockets() - before.sockets, growth, unhandled };
}

/** The number decides the request, how the answer is read and when it is aborted, so that all combinations occur. */
async function once(wire: Wire, number: number, stuck: Uint8Array): Promise<string> {
  const manner: Manner = MANNERS[number % MANNERS.length]!;
  const isStream = number % 3 === 0;
  // Nothing but good answers ends by itself.
  const patience = number % 11 === 0 ? 0 : Math.random() * 12;
  const over = new AbortController();
  const reason = new Error("given up");
  if (number % 97 === 0) over.abort(reason);
  const timer = setTimeout(() => over.abort(reason), patience);
  try {
    const body = manner === "unread" ? number % 5 === 0 ? stuck : UNREAD.some : "{}";
    const answer = await wire.ask({ method: "POST", target: `/${manner}`, headers: [], body, signal: over.signal });
    if (number % 13 === 0) {
      answer.drop();
      return `${manner} dropped`;
    }
    if (!isStream) await answer.bytes();
    else for await (const _ of answer.stream()) if (Math.random() < 0.01) return `${manner} left`;
    return `${manner} ended`;
  } catch (error) {
    if (error === reason) return `${manner} given up`;
    return `${manner} ${error instanceof WireError ? error.failure : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

/** Those of TCP that this process has, on Linux. */
function sockets(): number {
  const tcp = ["tcp", "tcp6"].map((name) => Deno.readTextFileSync(`/proc/self/net/${name}`)).join("");
  const inodes = new Set(tcp.split("\n").map((line) => line.trim().split(/\s+/)[9]));
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return inodes.has(/^socket:\[(\d+)\]$/.exec(Deno.readLinkSync(`/proc/self/fd/${name}`))?.[1]);
    } catch {
      return false;
    }
  }).length;
}

function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
