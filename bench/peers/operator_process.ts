/** A measured operator, as a process. */

import { linesOf } from "./lines.ts";
import { cpuSeconds, descendants, memoryMib } from "./processes.ts";

/** Options for starting an operator. */
export interface StartOptions {
  command: readonly string[];
  env: Record<string, string>;
  /** Its working folder, which also gets its error output. */
  dir: string;
  /** Seconds after which it counts as failed. */
  limit: number;
}

/** All running operators. They are ended with the harness. */
const running = new Set<Deno.ChildProcess>();

/** The output that the contract defines. All other lines are the operator's log. */
const WORD = /^(SYNCED|CHURNED)\b/;

/** `exec`, because otherwise the shell would be measured as well. */
const SCRIPT = `log=$1; shift; exec "$@" 2>>"$log"`;

/** A running operator. */
export class OperatorProcess implements AsyncDisposable {
  /** When it was started, by `performance.now()`. */
  readonly startedAt: number;
  readonly #process: Deno.ChildProcess;
  readonly #log: string;
  readonly #limit: number;
  readonly #reading: Promise<void>;
  readonly #seen = new Map<string, { at: number; text: string }>();
  readonly #waiting = new Map<string, () => void>();

  constructor({ command, env, dir, limit }: StartOptions) {
    this.#log = `${dir}/operator.log`;
    this.#limit = limit;
    const args = ["-c", SCRIPT, "sh", this.#log, ...command];
    const options = { args, cwd: dir, stdin: "null", stdout: "piped", stderr: "null" } as const;
    this.startedAt = performance.now();
    this.#process = new Deno.Command("sh", { ...options, clearEnv: true, env: { ...ownEnvironment(), ...env } })
      .spawn();
    running.add(this.#process);
    this.#process.status.then(() => running.delete(this.#process));
    this.#reading = this.#read();
  }

  /** Resolves with the first line that begins with a word, and its time. */
  async printed(word: string): Promise<{ at: number; text: string }> {
    const line = new Promise<void>((resolve) => this.#waiting.set(word, resolve));
    if (!this.#seen.has(word)) await this.during(line);
    return this.#seen.get(word)!;
  }

  /** Awaits a promise. Fails if the operator ends first, or at the time limit. */
  async during<T>(promise: Promise<T>): Promise<T> {
    const left = Math.max(0, this.startedAt + this.#limit * 1000 - performance.now());
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`not done after ${this.#limit} s`)), left);
    const ended = this.#process.status.then(async ({ code }) => {
      throw new Error(`the operator ended with ${code}: ${await this.#lastWords()}`);
    });
    try {
      return await Promise.race([promise, tooLate, ended]);
    } finally {
      clearTimeout(timer);
      ended.catch(() => {}); // told above, if it was in time
    }
  }

  /** Resolves when the operator has ended by itself, with the time since its start. */
  async exited(): Promise<number> {
    await this.#process.status;
    return performance.now() - this.startedAt;
  }

  /** CPU seconds of the process and its descendants so far. */
  cpu(): number {
    return cpuSeconds(this.#process.pid);
  }

  /** Memory in MiB, now or at its peak. */
  memory(key: "VmRSS" | "VmHWM"): number {
    return memoryMib(this.#process.pid, key);
  }

  async #read(): Promise<void> {
    for await (const text of linesOf(this.#process.stdout)) {
      const word = text.match(WORD)?.[0];
      if (word === undefined || this.#seen.has(word)) continue;
      this.#seen.set(word, { at: performance.now(), text });
      this.#waiting.get(word)?.();
    }
  }

  async #lastWords(): Promise<string> {
    const text = await Deno.readTextFile(this.#log).catch(() => "");
    return text.trimEnd().split("\n").slice(-3).join(" ") || "it said nothing";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (running.has(this.#process)) {
      const pids = descendants(this.#process.pid);
      kill(pids.slice(0, 1), "SIGTERM");
      const timer = setTimeout(() => kill(pids, "SIGKILL"), 10_000);
      await this.#process.status;
      clearTimeout(timer);
    }
    await this.#reading;
  }
}

/** Ends all running operators, for when the harness itself ends. */
export function endAll(): void {
  for (const { pid } of running) kill(descendants(pid), "SIGKILL");
}

function kill(pids: readonly number[], signal: Deno.Signal): void {
  for (const pid of pids) {
    try {
      Deno.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error; // it has ended
    }
  }
}

/** Variables that would put a proxy in between, or replace the kubeconfig's authorities. */
const NOT_THEIRS = /^KUBECONFIG$|_proxy$|^(SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|DENO_CERT|DENO_TLS_CA_STORE)$/i;

function ownEnvironment(): Record<string, string> {
  const own = Object.entries(Deno.env.toObject());
  return Object.fromEntries(own.filter(([name]) => !NOT_THEIRS.test(name)));
}
