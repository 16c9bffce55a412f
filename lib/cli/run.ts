/** The command `run`: finds the cluster, installs the kinds, and serves the controllers until it is told to end. */

import { type HttpOptions, listeningHosts, serveController, type ServeSeveralOptions } from "../controller/mod.ts";
import { type Operator, type OwnKind, type ResolvedOperator, resolveOperator } from "../deploy/operator/mod.ts";
import { assertOwnPermissions } from "../deploy/permissions/mod.ts";
import {
  connect,
  type ConnectedClient,
  type ConnectOptions,
  installCrd,
  isConnectable,
  joinNeeds,
} from "../kube/mod.ts";
import { createLogger, type Logger } from "../telemetry/mod.ts";
import { type Given, textsOf, UsageError, type Values, valuesOf } from "./flags/mod.ts";
import { asFlagUsage } from "./errors.ts";
import { allRunFlags, ownFlags, RUN_FLAGS } from "./run_flags.ts";
import type { System } from "./system.ts";

type Settings = Values<typeof RUN_FLAGS>;

/**
 * Serves an operator until it is told to end.
 *
 * @param operator The operator.
 * @param given The texts of its flags.
 * @throws {UsageError} If a text cannot be used. Nothing has been done.
 */
export async function run(operator: Operator, given: Given, system: System): Promise<void> {
  const settings = settingsOf(given, system);
  const texts = textsOf(ownFlags(operator), given, system.env);
  const namespaces = namespacesOf(settings);
  const resolved = asFlagUsage(() =>
    resolveOperator(operator, { flags: texts, ...(namespaces !== undefined && { namespaces }) })
  );
  // The type of an operator does not carry that of its values.
  const values = resolved.values as never;
  checkNamespaces(settings, resolved);

  const where: ConnectOptions = { kubeconfig: settings.kubeconfig, context: settings.context };
  const { withoutCluster } = operator;
  if (withoutCluster && !isNamed(where) && !system.isStandalone && !await isConnectable()) {
    return await withoutCluster(values);
  }
  await assertOwnPermissions(resolved, resolved.name);
  // As the first process of a container, it would not even notice a signal that nobody listens for.
  using end = system.listenForEnd();
  const { signal } = end;
  using client = await connect(where);
  const logger = loggerOf(settings);
  // Before what waits for the API server: whoever reads a log asks first which version it is of.
  logger.info("starting", { operator: resolved.name, version: resolved.version });
  const kinds = settings["install-crds"] ?? true ? resolved.kinds : [];
  if (!await installAll(kinds, client, signal)) return;
  await using served = await serveController({ ...serveOptions(operator, resolved, settings), client, logger, signal });
  end[Symbol.dispose]();
  await using _beside = await operator.alongside?.({ client, flags: values, namespaces: resolved.namespaces });
  if (settings.revoke ?? true) {
    const spent = joinNeeds(client.spent, { net: listeningOf(settings), env: variablesOf(operator) });
    const kept = await system.revokeExcept(joinNeeds(client.needs, resolved.needs), spent);
    logger.info("gave up the permissions that are not needed any more", { kept });
  }
  await served.finished;
}

/** Installs kinds. Returns false if the process has been told to end meanwhile. */
async function installAll(kinds: readonly OwnKind[], client: ConnectedClient, signal: AbortSignal): Promise<boolean> {
  try {
    for (const kind of kinds) await installCrd(client, kind, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}

function loggerOf({ "log-level": level, "log-format": format }: Settings): Logger {
  return createLogger({ ...(level && { level }), ...(format && { format }) });
}

/** What differs from the defaults of `serveController`. */
function serveOptions(
  { handleUncaught, traces }: Operator,
  { definitions, events, shutdownTimeout }: ResolvedOperator,
  settings: Settings,
): ServeSeveralOptions {
  const { concurrency } = settings;
  return {
    controllers: definitions.map((one) => concurrency === undefined ? one : { ...one, concurrency }),
    events: settings.events ?? events,
    shutdownTimeout: settings["shutdown-timeout"] ?? shutdownTimeout,
    ...httpOf(settings),
    ...(handleUncaught !== undefined && { handleUncaught }),
    ...(traces !== undefined && { traces }),
  };
}

function checkNamespaces({ namespace }: Settings, { controllers }: ResolvedOperator): void {
  if (namespace === undefined || controllers.some(({ resource }) => resource.scope === "Namespaced")) return;
  throw new UsageError("--namespace has no effect: no controller manages a kind that is in namespaces");
}

function listeningOf(settings: Settings): readonly string[] {
  const { http } = httpOf(settings);
  return http === undefined ? [] : listeningHosts(http);
}

/** The variables that have been read, and are not read again. */
function variablesOf(operator: Operator): readonly string[] {
  return Object.values(allRunFlags(operator)).flatMap(({ env }) => env ?? []);
}

function settingsOf(given: Given, system: System): Settings {
  const settings = valuesOf(RUN_FLAGS, given, system.env);
  if (settings.host !== undefined && settings.port === undefined) {
    throw new UsageError("--host is given without --port");
  }
  return settings;
}

function namespacesOf({ namespace }: Settings): "*" | readonly string[] | undefined {
  if (!namespace?.includes("*")) return namespace;
  if (namespace.length === 1) return "*";
  throw new UsageError("--namespace is either * for all, or names of namespaces");
}

function isNamed({ kubeconfig, context }: ConnectOptions): boolean {
  return kubeconfig !== undefined || context !== undefined;
}

function httpOf({ port, host }: Settings): { http?: HttpOptions } {
  return port === undefined ? {} : { http: { port, ...(host !== undefined && { hostname: host }) } };
}
