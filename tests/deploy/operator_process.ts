/** The program of an example at work, and the permissions that it asked for. */

import type { PermissionNeeds } from "@staircase/operator/cluster";
import { hostOf } from "../../lib/kube/mod.ts";
import { TextLineStream } from "../cluster/text_lines.ts";
import { CHECKOUT } from "../packaging/programs.ts";

/** A line of the program. */
export interface Line {
  readonly kept?: string;
  readonly key?: string;
  readonly outcome?: string;
  readonly error?: string;
}

/** A line of its log. */
export interface LogLine {
  readonly message: string;
  /** The operator that starts. */
  readonly operator?: string;
  /** The permissions that are left. */
  readonly kept?: string;
}

/** How it is started. */
export interface StartOptions {
  /** Of Deno, besides `--no-prompt`. */
  readonly flags: readonly string[];
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default {operator_program.ts} */
  readonly program?: string;
  /** @default {this Deno} */
  readonly deno?: string;
  /** The program as an executable, with its flags baked in. @default {none: Deno runs the program} */
  readonly executable?: string;
}

/** How it ended. */
export interface End {
  readonly code: number;
  readonly errors: string;
}

/** A permission that was asked for. */
export interface AuditLine {
  readonly permission: keyof PermissionNeeds;
  readonly value: string | null;
}

/** The program at work. */
export class OperatorProcess {
  readonly lines: Line[] = [];
  readonly #log: LogLine[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  #errors = "";
  #look = () => {};
  #hasEnded = false;

  constructor(
    { flags, args, env = {}, program = "operator_program.ts", deno = Deno.execPath(), executable }: StartOptions,
  ) {
    const file = `${CHECKOUT}tests/deploy/${program}`;
    const run = ["run", "--no-prompt", "--no-check", `--config=${CHECKOUT}deno.json`, ...flags, file];
    this.#process = new Deno.Command(executable ?? deno, {
      args: [...executable ? [] : run, ...args],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME")!, NO_COLOR: "1", ...env },
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    const { stdout, stderr } = this.#process;
    const told = stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    const complained = stderr.pipeThrough(new TextDecoderStream());
    this.#reading = Promise.all([
      told.pipeTo(new WritableStream({ write: (line) => this.#add(line) })),
      complained.pipeTo(new WritableStream({ write: (text) => void (this.#errors += text) })),
    ]).then(() => {
      this.#hasEnded = true;
      this.#look();
    });
  }

  /** The first line that is as wanted. */
  line(isWanted: (line: Line) => boolean): Promise<Line> {
    return this.#first(this.lines, isWanted);
  }

  /** The first line of the log that has a message. */
  logged(message: string): Promise<LogLine> {
    return this.#first(this.#log, (line) => line.message === message);
  }

  async #first<T>(lines: readonly T[], isWanted: (line: T) => boolean): Promise<T> {
    for (;;) {
      const found = lines.find(isWanted);
      if (found) return found;
      if (this.#hasEnded) throw new Error(`The operator has ended: ${this.#errors}`);
      await new Promise<void>((resolve) => this.#look = resolve);
    }
  }

  /** Ends it, unless it does so by itself. */
  async end(signal?: Deno.Signal): Promise<End> {
    if (signal) this.#process.kill(signal);
    const { code } = await this.#process.status;
    await this.#reading;
    return { code, errors: this.#errors };
  }

  #add(line: string): void {
    // Lines of the log are JSON as well, and begin with the time.
    if (line.startsWith("{") && !line.startsWith('{"time"')) this.lines.push(JSON.parse(line));
    else this.#errors += `${line}\n`;
    if (line.startsWith('{"time"')) this.#log.push(JSON.parse(line));
    this.#look();
  }
}

/** What was asked for, each once, from the file that `DENO_AUDIT_PERMISSIONS` names. */
export async function readAudit(file: string): Promise<AuditLine[]> {
  const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => line !== "");
  const asked = lines.map((line) => JSON.parse(line)).map(({ permission, value }) => ({
    permission,
    // `fetch` asks with its whole URL.
    value: permission === "net" && value?.includes("://") ? hostOf(value) : value,
  }));
  return [...new Map(asked.map((one) => [JSON.stringify(one), one])).values()];
}

/** What lies outside of the needs. */
export function outsideOf(needs: PermissionNeeds, asked: readonly AuditLine[]): AuditLine[] {
  return asked.filter(({ permission, value }) => {
    const allowed = needs[permission] ?? [];
    if (value === null) return true;
    const isPath = ["read", "write", "ffi"].includes(permission);
    return !allowed.some((each) => each === value || isPath && value.startsWith(`${each}/`));
  });
}
