/** An operator under measurement, as a process of its own. */

import { linesOf } from "./lines.ts";
import { cpuSeconds, descendants, memoryMib } from "./processes.ts";

/** What an operator is started with. */
export interface StartOptions {
  command: readonly string[];
  env: Record<string, string>;
  /** Its working folder, where its error output goes, too. */
  dir: string;
  /** Seconds from its start until it counts as failed. */
  limit: number;
}

/** All that run: they end when the harness is ended. */
const running = new Set<Deno.ChildProcess>();

/** What the contract lets an operator print; all other lines are its log. */
const WORD = /^(SYNCED|CHURNED)\b/;

/** Without `exec`, the shell would be measured, too. */
const SCRIPT = `log=$1; shift; exec "$@" 2>>"$log"`;

/** The running operator. */
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

  /** Resolves when the operator has printed a line that begins with this word, with the line and when it came. */
  async printed(word: string): Promise<{ at: number; text: string }> {
    const line = new Promise<void>((resolve) => this.#waiting.set(word, resolve));
    if (!this.#seen.has(word)) await this.during(line);
    return this.#seen.get(word)!;
  }

  /** Waits for a promise; fails when the operator ends before that, or the time is over. */
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

  /** Resolves with the time from the start to the end, when it has ended by itself. */
  async exited(): Promise<number> {
    await this.#process.status;
    return performance.now() - this.startedAt;
  }

  /** CPU seconds of the process and its descendants so far. */
  cpu(): number {
    return cpuSeconds(this.#process.pid);
  }

  /** MiB of memory, now or at the highest. */
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

/** Ends every operator that still runs; for when the harness itself is ended. */
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

/** What would be between the operators and the server, or has them read authorities that are not the kubeconfig's. */
const NOT_THEIRS = /^KUBECONFIG$|_proxy$|^(SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|DENO_CERT|DENO_TLS_CA_STORE)$/i;

function ownEnvironment(): Record<string, string> {
  const own = Object.entries(Deno.env.toObject());
  return Object.fromEntries(own.filter(([name]) => !NOT_THEIRS.test(name)));
}
