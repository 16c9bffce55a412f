/** What stands before the API server in the soak: nginx or HAProxy at one port, with troubles, and a gate before them. */

import type { Random } from "../../../lib/time/mod.ts";
import { type Identity, makePki } from "../../kube/connect/pki.ts";
import { type Before, type HowToEnd, type ReverseProxy, startHaproxy, startNginx } from "../../wire/reverse_proxies.ts";
import { pause } from "../eventually.ts";
import { Gate } from "../faults/gate.ts";
import { freePorts } from "../../../lib/testing/apiserver/ports.ts";

/** How long it keeps an idle connection, in milliseconds: less than the operator does. */
const KEPT_FOR = 3_000;

/** Bookmarks of a watch come each minute. */
const PATIENCE = 90_000;

/** The longest that it is away or frozen, in milliseconds: a step's request gets an answer or an end in its time. */
const LONGEST = 8_000;

/** Whom it is for. */
export interface FrontTarget {
  readonly url: string;
  readonly caFile: string;
}

/** What may happen. */
export interface FrontOptions {
  /** So seldom at most, connections are forgotten, in milliseconds: that takes an operator a minute to find. */
  readonly forgetsEvery: number;
}

/** nginx or HAProxy. */
export class Front implements AsyncDisposable {
  /** How often each trouble has been. */
  readonly troubles: Record<string, number> = {};
  readonly authority: string;
  readonly #dir: string;
  readonly #before: Before;
  readonly #gate: Gate;
  readonly #random: Random;
  readonly #forgetsEvery: number;
  #forgotAt = Date.now();
  readonly #leaving = new Set<Promise<void>>();
  #proxy: ReverseProxy | undefined;

  private constructor(dir: string, before: Before, authority: string, random: Random, { forgetsEvery }: FrontOptions) {
    this.#forgetsEvery = forgetsEvery;
    this.#dir = dir;
    this.#before = before;
    this.authority = authority;
    this.#gate = new Gate(before.port!);
    this.#random = random;
  }

  static async start(target: FrontTarget, random: Random, options: FrontOptions): Promise<Front> {
    const dir = await Deno.makeTempDir({ prefix: "staircase-soak-" });
    const { server, authority } = await makePki(dir);
    const ca = await Deno.readTextFile(authority.certificate);
    const front = new Front(dir, beforeOf(target, dir, server), ca, random, options);
    await front.#start();
    return front;
  }

  /** Where operators connect to. */
  get url(): string {
    return `https://127.0.0.1:${this.#gate.port}`;
  }

  /** How many connections lead to it. */
  get connections(): number {
    return this.#gate.connections;
  }

  /** Lets one trouble happen, and answers when it is over. */
  async trouble(): Promise<string> {
    const troubles = [
      ["reload", () => this.#proxy!.reload()],
      ["a worker killed", () => this.#proxy!.killWorker()],
      ["replaced in order", () => this.#replace("in order", 0)],
      ["replaced at once", () => this.#replace("at once", 0)],
      ["killed and replaced", () => this.#replace("by force", 0)],
      ["away", () => this.#replace("at once", this.#some())],
      ["killed and away", () => this.#replace("by force", this.#some())],
      ["frozen", () => this.#freeze("thaw")],
      ["frozen and killed", () => this.#freeze("kill")],
      ["cut", () => this.#gate.cut()],
      ["forgotten", () => this.#forget()],
    ] as const;
    const isPatient = Date.now() - this.#forgotAt < this.#forgetsEvery;
    const [name, happen] = troubles[Math.floor(this.#random.next() * (troubles.length - (isPatient ? 1 : 0)))]!;
    await happen();
    this.troubles[name] = (this.troubles[name] ?? 0) + 1;
    return name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gate[Symbol.dispose]();
    await this.#proxy?.end("by force");
    await Promise.all(this.#leaving);
    await Deno.remove(this.#dir, { recursive: true });
  }

  #some(): number {
    return 200 + this.#random.next() * (LONGEST - 200);
  }

  async #replace(how: HowToEnd, awayFor: number): Promise<void> {
    const leaving = this.#proxy!.end(how);
    this.#leaving.add(leaving);
    void leaving.finally(() => this.#leaving.delete(leaving));
    if (how !== "in order") await leaving;
    await pause(awayFor);
    await this.#start();
  }

  #forget(): void {
    this.#forgotAt = Date.now();
    this.#gate.forget();
  }

  async #freeze(then: "thaw" | "kill"): Promise<void> {
    await this.#proxy!.freeze();
    await pause(this.#some());
    if (then === "kill") return await this.#replace("by force", 0);
    await this.#proxy!.thaw();
  }

  /** One of the two; as often as need be, since the port is free only when the one before has let go of it. */
  async #start(): Promise<void> {
    const start = this.#random.next() < 0.5 ? startNginx : startHaproxy;
    for (let tries = 1;; tries++) {
      try {
        this.#proxy = await start(this.#before);
        return;
      } catch (error) {
        if (tries === 100) throw error;
        await pause(100);
      }
    }
  }
}

function beforeOf({ url, caFile }: FrontTarget, directory: string, { certificate, key }: Identity): Before {
  return {
    ...{ directory, certificate, key, upstream: Number(new URL(url).port), port: freePorts(1)[0]! },
    // The names in the API server's certificate are those by which a pod knows it.
    trust: { authority: caFile, name: "kubernetes" },
    ...{ keptFor: KEPT_FOR, patience: PATIENCE },
  };
}
