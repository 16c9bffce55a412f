/** The proxy: takes requests over TLS, lets faults happen to them, and passes them on to the API server. */

import { makePki } from "../../kube/connect/pki.ts";
import { pause } from "../eventually.ts";
import { writeKubeconfig } from "../../../lib/testing/apiserver/kubeconfig.ts";
import type { Arrival, Fault, FaultRule, OddAnswer } from "./faults.ts";
import { closeQuietly, Gate, writeAll } from "./gate.ts";
import { type HttpRequest, HttpRequestReader } from "./http_request.ts";

/** What is in front of which API server. */
export interface FaultProxyTarget {
  readonly url: string;
  /** The API server's CA, PEM. */
  readonly ca: string;
  /** The token of the kubeconfig that leads through the proxy. */
  readonly adminToken: string;
}

/** Starts a proxy before a cluster. Take it with `await using`. */
export async function startFaultProxy(target: FaultProxyTarget): Promise<FaultProxy> {
  const dir = await Deno.makeTempDir({ prefix: "staircase-faults-" });
  const { authority, server } = await makePki(dir);
  const [cert, key, ca] = await Promise.all(
    [server.certificate, server.key, authority.certificate].map((path) => Deno.readTextFile(path)),
  ) as [string, string, string];
  const proxy = new FaultProxy(target, dir, { cert, key });
  await writeKubeconfig(proxy.kubeconfig, { url: proxy.url, ca, token: target.adminToken });
  return proxy;
}

/** A proxy at work. */
export class FaultProxy implements AsyncDisposable {
  /** What happens to requests; the first that matches counts. */
  readonly rules: FaultRule[] = [];
  /** Every request that came, in order. */
  readonly arrivals: Arrival[] = [];
  /** Lets bytes pass, or not. */
  readonly gate: Gate;
  /** A kubeconfig of the cluster's admin that leads through the proxy. */
  readonly kubeconfig: string;
  readonly #target: FaultProxyTarget;
  readonly #dir: string;
  readonly #listener: Deno.TlsListener;
  readonly #upstream: Deno.HttpClient;
  readonly #hits = new Map<FaultRule, number>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #over = new AbortController();

  constructor(target: FaultProxyTarget, dir: string, identity: { readonly cert: string; readonly key: string }) {
    this.#target = target;
    this.#dir = dir;
    this.kubeconfig = `${dir}/kubeconfig`;
    this.#listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...identity });
    this.gate = new Gate((this.#listener.addr as Deno.NetAddr).port);
    // No connection is kept: on one that breaks, Deno's fetch would send a request again, and this proxy is to count.
    this.#upstream = Deno.createHttpClient({ caCerts: [target.ca], http2: false, poolMaxIdlePerHost: 0 });
    this.#acceptAll();
  }

  /** Where clients connect to. */
  get url(): string {
    return `https://127.0.0.1:${this.gate.port}`;
  }

  /** Lets a fault happen to requests. */
  on(match: FaultRule["match"], fault: Fault, times?: number): void {
    this.rules.push({ match, fault, ...(times !== undefined && { times }) });
  }

  /** The requests that came and match. */
  arrived(match: (arrival: Arrival) => boolean): readonly Arrival[] {
    return this.arrivals.filter(match);
  }

  /** Ends all. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.gate[Symbol.dispose]();
    this.#listener.close();
    await Promise.allSettled(this.#underWay);
    this.#upstream.close();
    await Deno.remove(this.#dir, { recursive: true });
  }

  async #acceptAll(): Promise<void> {
    for (;;) {
      try {
        this.#track(this.#serve(await this.#listener.accept()));
      } catch (error) {
        // A handshake that fails is the client's business.
        if (error instanceof Deno.errors.BadResource || this.#over.signal.aborted) return;
      }
    }
  }

  #track(work: Promise<void>): void {
    const settled = work.catch(() => {}).finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
  }

  async #serve(connection: Deno.TlsConn): Promise<void> {
    const reader = new HttpRequestReader(connection);
    try {
      for (let request = await reader.next(); request; request = await reader.next()) {
        if (!await this.#answer(request, connection, reader.gone)) return;
      }
    } finally {
      closeQuietly(connection);
      await reader.gone;
    }
  }

  #faultOf(request: HttpRequest): Fault | undefined {
    const rule = this.rules.find((one) =>
      (one.times === undefined || (this.#hits.get(one) ?? 0) < one.times) && one.match(request)
    );
    if (rule) this.#hits.set(rule, (this.#hits.get(rule) ?? 0) + 1);
    return rule?.fault;
  }

  /** @returns Whether the connection can be used again. */
  async #answer(request: HttpRequest, connection: Deno.Conn, gone: Promise<void>): Promise<boolean> {
    const fault = this.#faultOf(request);
    const { method, target } = request;
    const body = new TextDecoder().decode(request.body);
    const arrival: Arrival = { method, target, body, fault: fault?.type, status: undefined };
    this.arrivals.push(arrival);
    switch (fault?.type) {
      case "cut-before":
        return false;
      case "swallow":
        await gone;
        return false;
      case "answer":
        await writeAll(connection, oddAnswer(fault.answer));
        return true;
      case "deliver-late":
        await pause(fault.delay);
    }
    const patience = new AbortController();
    if (fault?.type !== "deliver-late") gone.then(() => patience.abort());
    const answer = await this.#forward(request, AbortSignal.any([patience.signal, this.#over.signal]));
    arrival.status = answer.status;
    if (fault?.type === "swallow-answer") {
      await answer.body?.cancel();
      await gone;
      return false;
    }
    if (fault?.type === "answer-after") {
      await answer.body?.cancel();
      await writeAll(connection, oddAnswer(fault.answer));
      return true;
    }
    if (request.isWatch && answer.ok) return await passStream(answer, connection);
    const text = await answer.text();
    const whole = wholeAnswer(answer, fault?.type === "rewrite" ? fault.rewrite(text) : text);
    if (fault?.type === "cut-answer") {
      await writeAll(connection, whole.subarray(0, fault.afterBytes));
      return false;
    }
    await writeAll(connection, whole);
    return true;
  }

  async #forward({ method, target, headers, body }: HttpRequest, signal: AbortSignal): Promise<Response> {
    const passed = new Headers(headers);
    for (const name of ["host", "connection", "content-length", "transfer-encoding"]) passed.delete(name);
    passed.set("accept-encoding", "identity");
    return await fetch(this.#target.url + target, {
      ...{ method, headers: passed, signal, client: this.#upstream, redirect: "manual" },
      body: body.length > 0 ? body : null,
    });
  }
}

const encoder = new TextEncoder();

function oddAnswer({ status, body, contentType = "application/json", chunked, headers = {} }: OddAnswer): Uint8Array {
  const bytes = encoder.encode(body);
  const length = chunked ? { "transfer-encoding": "chunked" } : { "content-length": String(bytes.length) };
  const text = chunked ? `${bytes.length === 0 ? "" : `${bytes.length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n` : body;
  return encoder.encode(headOf(status, { "content-type": contentType, ...headers, ...length }) + text);
}

function wholeAnswer({ status, headers }: Response, body: string): Uint8Array {
  const passed = Object.fromEntries(
    ["content-type", "retry-after", "warning"].flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  return encoder.encode(headOf(status, { ...passed, "content-length": String(encoder.encode(body).length) }) + body);
}

function headOf(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`;
}

/** Passes the stream of a watch on, in chunks as they come. */
async function passStream(answer: Response, connection: Deno.Conn): Promise<boolean> {
  await writeAll(
    connection,
    encoder.encode(headOf(200, { "content-type": "application/json", "transfer-encoding": "chunked" })),
  );
  for await (const chunk of answer.body!) {
    await writeAll(connection, encoder.encode(`${chunk.length.toString(16)}\r\n`));
    await writeAll(connection, chunk);
    await writeAll(connection, encoder.encode("\r\n"));
  }
  await writeAll(connection, encoder.encode("0\r\n\r\n"));
  return true;
}
