/** Checks the options of `serveController` and fills in defaults. */

import type { HttpAddress } from "../../http/mod.ts";
import type { KubeObject } from "../../model/mod.ts";
import { carefulLogger, createLogger, type Logger } from "../../telemetry/mod.ts";
import { type Clock, type Random, shownValue, systemClock, systemRandom, toMilliseconds } from "../../time/mod.ts";
import { carefulClock, carefulRandom } from "./careful.ts";
import type {
  ControllerDefinition,
  ControllerOptions,
  HttpOptions,
  ServeOneOptions,
  ServeOptions,
  ServeSeveralOptions,
} from "./options.ts";
import { OptionsError, resolveController, type ResolvedController } from "./resolve.ts";

/** The complete options of `serveController`. */
export interface ResolvedServe {
  readonly controllers: readonly ResolvedController[];
  readonly signal: AbortSignal | undefined;
  readonly handleSignals: boolean;
  readonly handleUncaught: boolean;
  /** Milliseconds. */
  readonly shutdownTimeout: number;
  readonly events: boolean;
  /** In the order in which to try them. */
  readonly http: readonly HttpAddress[] | undefined;
  readonly traces: "notable" | "all";
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

/** The options without the type of the objects. */
type GivenOptions = ServeOptions & (ControllerOptions<KubeObject> | { controllers: readonly ControllerDefinition[] });

/**
 * Checks the options and fills in defaults.
 *
 * @throws {OptionsError} If an option is wrong.
 */
export function resolveServe<R extends KubeObject>(options: ServeOneOptions<R> | ServeSeveralOptions): ResolvedServe {
  const { client, signal, handleSignals = true, shutdownTimeout = "25s", ...more } = options as unknown as GivenOptions;
  const { handleUncaught = true, events = false, http, traces = "notable", logger, clock, random, ...rest } = more;
  if (client !== undefined && typeof client?.performRequest !== "function") {
    throw new OptionsError(
      "Cannot serve as client must have performRequest: pass what connect() gives, or leave it out",
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new OptionsError("Cannot serve as signal must be an AbortSignal");
  }
  for (const [option, value] of Object.entries({ events, handleSignals, handleUncaught })) {
    if (typeof value === "boolean") continue;
    throw new OptionsError(`Cannot serve as ${option} must be true or false: current value is ${shownValue(value)}`);
  }
  if (traces !== "notable" && traces !== "all") {
    throw new OptionsError(
      `Cannot serve as traces must be "notable" or "all": current value is ${shownValue(traces)}`,
    );
  }
  for (const [option, value] of Object.entries({ logger, clock, random })) checkMethods(option, value);
  const log = carefulLogger(logger ?? createLogger());
  return {
    controllers: resolveAll(rest),
    signal,
    handleSignals,
    handleUncaught,
    shutdownTimeout: resolveTimeout(shutdownTimeout),
    events,
    http: http === undefined ? undefined : resolveHttp(http),
    traces,
    logger: log,
    clock: clock ? carefulClock(clock, log) : systemClock,
    random: random ? carefulRandom(random, log) : systemRandom,
  };
}

/** The methods that the parts passed by a user must have. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  logger: ["debug", "info", "warn", "error"],
  clock: ["now", "monotonic", "timer"],
  random: ["next"],
};

function checkMethods(option: string, value: unknown): void {
  const methods = METHODS[option]!;
  if (value === undefined) return;
  if (methods.every((method) => typeof (value as Record<string, unknown> | null)?.[method] === "function")) return;
  throw new OptionsError(`Cannot serve as ${option} must have ${methods.join(", ")}`);
}

/** All addresses: of both families, because a pod may have IPv6 only; and of IPv4, for a machine without IPv6. */
const EVERYWHERE = ["::", "0.0.0.0"] as const;

/**
 * Checks the address of metrics and probes, and fills in defaults.
 *
 * @returns The addresses to listen on, in the order in which to try them.
 * @throws {OptionsError} If it is wrong.
 */
export function resolveHttp({ port, hostname, ...others }: HttpOptions): readonly HttpAddress[] {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new OptionsError(`Cannot serve HTTP as http.${other} is not an option`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new OptionsError(
      `Cannot serve HTTP as http.port must be a whole number up to 65535: current value is ${shownValue(port)}`,
    );
  }
  if (hostname === undefined) return EVERYWHERE.map((everywhere) => ({ port, hostname: everywhere }));
  if (typeof hostname !== "string" || !/^[-a-zA-Z0-9.:]+$/.test(hostname)) {
    throw new OptionsError(
      `Cannot serve HTTP as http.hostname must be a host or address: current value is ${shownValue(hostname)}`,
    );
  }
  return [{ port, hostname }];
}

function resolveTimeout(value: NonNullable<ServeOptions["shutdownTimeout"]>): number {
  try {
    return toMilliseconds(value, "shutdownTimeout");
  } catch (cause) {
    throw new OptionsError((cause as Error).message, { cause });
  }
}

function resolveAll(
  rest: ControllerOptions<KubeObject> | { controllers: readonly ControllerDefinition[] },
): readonly ResolvedController[] {
  if (!("controllers" in rest)) return [resolveController(rest)];
  const { controllers, ...others } = rest;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new OptionsError(`Cannot serve as ${other} is an option of one controller: give it to defineController`);
  }
  if (!Array.isArray(controllers) || controllers.length === 0) {
    throw new OptionsError("Cannot serve as controllers must have an entry");
  }
  const resolved = controllers.map((controller) =>
    resolveController(controller as unknown as ControllerOptions<KubeObject>)
  );
  checkNames(resolved);
  return resolved;
}

/** Two controllers with the same field manager or finalizer would undo each other's work. */
function checkNames(controllers: readonly ResolvedController[]): void {
  const names = new Set<string>();
  for (const { name } of controllers) {
    if (names.has(name)) {
      throw new OptionsError(`Cannot serve controller "${name}" as its name is taken: give it a name of its own`);
    }
    names.add(name);
  }
}
