/** Runs an exec plugin and reads its credential. Never repeats anything that it printed. */

import { type Clock, formatDuration } from "../../../time/mod.ts";
import { isJsonObject } from "../../json/mod.ts";
import { type ClusterConfig, ConnectError, type KeyPair, type UserConfig } from "../found/mod.ts";

/** What a plugin returned: a token, a certificate, or both. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly keyPair: KeyPair | undefined;
  /** When the credential expires, in milliseconds since the Unix epoch; `undefined` if the plugin did not say. */
  readonly expiry: number | undefined;
}

/** What to run. */
export interface ExecPlugin {
  readonly exec: NonNullable<UserConfig["exec"]>;
  readonly cluster: ClusterConfig;
  /** The cluster's authority as PEM, for a plugin that asks for the cluster. */
  readonly authority: () => string | undefined;
}

/** How long a non-interactive plugin may take, in milliseconds. It may call remote services, with retries. */
const PATIENCE = 120_000;

const EXTENSION = "client.authentication.k8s.io/exec";

/**
 * Runs the plugin.
 *
 * @throws {ConnectError} If it cannot be run, fails, does not end, or returns no credential. The message names the
 * command, but never what it printed, which may be a secret.
 */
export async function runExecPlugin(plugin: ExecPlugin, clock: Clock): Promise<ExecCredential> {
  const { exec: { command, args, env, interactiveMode, installHint } } = plugin;
  const isTerminal = Deno.stdin.isTerminal();
  if (interactiveMode === "Always" && !isTerminal) {
    throw new ConnectError(`Cannot run exec plugin ${command} as it needs a terminal, and stdin is not one`);
  }
  const interactive = isTerminal && interactiveMode !== "Never";
  let output: Deno.CommandOutput;
  try {
    output = await inTime(clock, interactive ? undefined : PATIENCE, command, (signal) =>
      new Deno.Command(command, {
        args: args ?? [],
        stdin: interactive ? "inherit" : "null",
        stdout: "piped",
        // Show it to an interactive user, as kubectl does; but not in a process's log, because it may be a secret.
        stderr: interactive ? "inherit" : "null",
        env: {
          ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
          KUBERNETES_EXEC_INFO: JSON.stringify(describeRequest(plugin, interactive)),
        },
        signal,
      }).output());
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    // Without the cause: this message already says what the cause says.
    if (error instanceof Deno.errors.NotFound) {
      throw new ConnectError(
        `Cannot run exec plugin ${command} as it was not found${installHint ? `: ${installHint}` : ": install it"}`,
      );
    }
    throw new ConnectError(`Cannot run exec plugin ${command}: ${(error as Error).name}`);
  }
  if (!output.success) {
    throw new ConnectError(
      `Cannot use exec plugin ${command} as it ended with code ${output.code}: run it by hand to see what it says`,
    );
  }
  return readCredential(command, output.stdout);
}

/** Stops a plugin that hangs; otherwise every request would wait for it forever. */
async function inTime<R>(
  clock: Clock,
  patience: number | undefined,
  command: string,
  run: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const overdue = new AbortController();
  if (patience === undefined) return await run(overdue.signal);
  const late = Promise.withResolvers<never>();
  const timer = clock.timer(patience, () => {
    late.reject(
      new ConnectError(`Cannot use exec plugin ${command} as it did not end within ${formatDuration(patience)}`),
    );
    overdue.abort();
  });
  try {
    // Its child processes may hold its output open for longer.
    return await Promise.race([run(overdue.signal), late.promise]);
  } finally {
    timer.cancel();
  }
}

function describeRequest({ exec, cluster, authority }: ExecPlugin, interactive: boolean): object {
  const { apiVersion, provideClusterInfo } = exec;
  if (!provideClusterInfo) return { apiVersion, kind: "ExecCredential", spec: { interactive } };
  const pem = authority();
  const about = {
    "config": cluster.extensions?.find(({ name }) => name === EXTENSION)?.extension,
    "server": cluster.server,
    "tls-server-name": cluster["tls-server-name"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"],
    "proxy-url": cluster["proxy-url"],
    "certificate-authority-data": pem && new TextEncoder().encode(pem).toBase64(),
  };
  return { apiVersion, kind: "ExecCredential", spec: { interactive, cluster: about } };
}

function readCredential(command: string, printed: Uint8Array): ExecCredential {
  const fail = (problem: string): never => {
    throw new ConnectError(`Cannot use what exec plugin ${command} printed as ${problem}`);
  };
  const answer = parse(printed) ?? fail("it is not an ExecCredential in JSON");
  const { kind, apiVersion, status } = answer;
  const isKnown = kind === "ExecCredential" && typeof apiVersion === "string" &&
    /^client\.authentication\.k8s\.io\/v1(alpha1|beta1)?$/.test(apiVersion);
  if (!isKnown || !isJsonObject(status)) return fail("it did not output an ExecCredential with a status");
  const text = (name: string): string | undefined => {
    const value = status[name];
    if (value === undefined || value === null || value === "") return undefined;
    return typeof value === "string" ? value : fail(`status.${name} is not a string`);
  };
  const [token, cert, key] = ["token", "clientCertificateData", "clientKeyData"].map(text);
  if ((cert === undefined) !== (key === undefined)) {
    fail("it has a certificate without a key, or a key without a certificate");
  }
  if (token === undefined && cert === undefined) fail("it has neither a token nor a certificate");
  const ends = text("expirationTimestamp");
  const expiry = ends === undefined ? undefined : Date.parse(ends);
  if (Number.isNaN(expiry)) fail("status.expirationTimestamp is not a time");
  return { token, keyPair: cert !== undefined && key !== undefined ? { cert, key } : undefined, expiry };
}

function parse(printed: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(printed));
    return isJsonObject(value) ? value : undefined;
  } catch {
    // The parser's error quotes the text, which may be secret. The caller reports the problem without it.
    return undefined;
  }
}
