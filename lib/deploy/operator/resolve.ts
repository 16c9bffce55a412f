/** Checks what a user says of an operator, and completes it with what its controllers declare. */

import { type ControllerDefinition, OptionsError, resolveServe } from "../../controller/mod.ts";
import type { ResolvedController } from "../../controller/mod.ts";
import { type CrdManifest, joinNeeds, type PermissionNeeds } from "../../kube/mod.ts";
import type { ResourceKind } from "../../model/mod.ts";
import { silentLogger } from "../../telemetry/mod.ts";
import { shownValue } from "../../time/mod.ts";
import type { FlagDefinitions, Operator } from "./options.ts";

/** A kind with a definition of its own. */
export type OwnKind = ResourceKind & { readonly crd: CrdManifest };

/** An operator, complete: what its manifests are made of. */
export interface ResolvedOperator {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The options of its controllers, for serving them. */
  readonly definitions: readonly ControllerDefinition[];
  /** The same, complete. */
  readonly controllers: readonly ResolvedController[];
  /** The kinds that its controllers manage, own, watch or write and that have a definition, each once. */
  readonly kinds: readonly OwnKind[];
  /** The namespaces that its controllers of namespaced kinds look after; `undefined` for all. */
  readonly namespaces: readonly string[] | undefined;
  /** Kinds that its own code reads there, besides what its controllers declare. */
  readonly reads: readonly ResourceKind[];
  readonly events: boolean;
  /** Milliseconds. */
  readonly shutdownTimeout: number;
  /** The permissions of its own code, besides those for the cluster. */
  readonly needs: PermissionNeeds;
  /** The texts of its own flags, for the arguments of its container. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Their values, which its controllers were made from. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A flag of an operator's own that is missing, unknown or refused. */
export class FlagError extends OptionsError {}

/** Options of {@link resolveOperator}. */
export interface ResolveOptions {
  /** The texts of its own flags. Those that are missing have their defaults. */
  flags?: Readonly<Record<string, string>>;
  /** The namespaces for its controllers of namespaced kinds, in place of their own; `"*"` is all. */
  namespaces?: "*" | readonly string[];
}

/** A DNS label, with room for endings such as `-metrics` and the hashes of a Pod's name. */
const NAME = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/;

/** Words, joined by dashes. */
const FLAG = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks what is said of an operator, and completes it.
 *
 * @throws {FlagError} If a flag of its own is missing, unknown or refused.
 * @throws {OptionsError} If an option is wrong.
 */
export function resolveOperator(
  operator: Operator,
  options: ResolveOptions = {},
): ResolvedOperator {
  const { version = "0.0.0", description = "" } = operator;
  const texts = flagTexts(operator, options.flags ?? {});
  // An operator does not say the types of its flags, and its functions take what these flags give.
  const values = parseFlags(operator.flags ?? {}, texts);
  const taken = values as never;
  const made = typeof operator.controllers === "function" ? operator.controllers(taken) : operator.controllers;
  const definitions = inNamespaces(made, options.namespaces);
  const { events = false, shutdownTimeout, handleUncaught, traces } = operator;
  const resolved = resolveServe({
    controllers: definitions,
    events,
    logger: silentLogger,
    ...(shutdownTimeout !== undefined && { shutdownTimeout }),
    ...(handleUncaught !== undefined && { handleUncaught }),
    ...(traces !== undefined && { traces }),
  });
  const needs = typeof operator.needs === "function" ? operator.needs(taken) : operator.needs;
  return {
    name: resolveName(operator.name, resolved.controllers),
    version,
    description,
    definitions,
    controllers: resolved.controllers,
    kinds: ownKinds(resolved.controllers),
    namespaces: allNamespaces(resolved.controllers),
    reads: checkReads(operator.reads),
    events,
    shutdownTimeout: resolved.shutdownTimeout,
    needs: joinNeeds(needs ?? {}),
    arguments: texts,
    values,
  };
}

function flagTexts(
  { flags = {} }: { flags?: FlagDefinitions },
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(flags, name)) throw new FlagError(`Cannot use --${name} as the operator has no such flag`);
  }
  const texts: Record<string, string> = {};
  for (const [name, flag] of Object.entries(flags)) {
    if (!FLAG.test(name)) {
      throw new FlagError(
        `Cannot define a flag as its name must be lower-case words joined by dashes: current value is ${name}`,
      );
    }
    const text = given[name] ?? flag.default;
    if (text === undefined) throw new FlagError(`Cannot run as --${name} is missing: ${flag.description}`);
    texts[name] = text;
  }
  return texts;
}

function parseFlags(flags: FlagDefinitions, texts: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { parse }]) => [name, parseFlag(name, texts[name]!, parse)]),
  );
}

function parseFlag(name: string, text: string, parse: ((text: string) => unknown) | undefined): unknown {
  if (!parse) return text;
  try {
    return parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : shownValue(cause);
    // The text is not shown: it may be a secret, which came by an environment variable.
    throw new FlagError(`Cannot use --${name}: ${reason}`, { cause });
  }
}

/** The controllers, those of namespaced kinds in the given namespaces. */
function inNamespaces(
  controllers: readonly ControllerDefinition[],
  namespaces: ResolveOptions["namespaces"],
): readonly ControllerDefinition[] {
  if (namespaces === undefined) return controllers;
  return controllers.map((controller) =>
    controller?.resource?.scope === "Namespaced" ? { ...controller, namespace: namespaces } : controller
  );
}

function resolveName(given: string | undefined, controllers: readonly ResolvedController[]): string {
  if (given === undefined && controllers.length > 1) {
    throw new OptionsError("Cannot define an operator of several controllers as its name is missing: give it a name");
  }
  // A controller's name may have dots, and be longer.
  const name: unknown = given ?? controllers[0]!.name;
  if (typeof name === "string" && NAME.test(name)) return name;
  throw new OptionsError(
    "Cannot define an operator as its name must be at most 40 lower-case letters, digits and dashes, " +
      `a letter first: current value is ${shownValue(name)}`,
  );
}

function allNamespaces(controllers: readonly ResolvedController[]): readonly string[] | undefined {
  const each = controllers.filter(({ resource }) => resource.scope === "Namespaced").map(({ namespaces }) =>
    namespaces
  );
  return each.length === 0 || each.includes(undefined) ? undefined : [...new Set(each.flatMap((some) => some ?? []))];
}

function checkReads(reads: readonly ResourceKind[] = []): readonly ResourceKind[] {
  const areKinds = Array.isArray(reads) && reads.every((kind) => typeof kind?.plural === "string");
  if (areKinds) return reads;
  throw new OptionsError("Cannot define an operator as reads must be a list of kinds made by defineResource or kindOf");
}

function ownKinds(controllers: readonly ResolvedController[]): readonly OwnKind[] {
  const kinds = controllers.flatMap(({ resource, owns, watches, allowed }) => [
    resource,
    ...[...owns, ...watches, ...allowed].map(({ kind }) => kind),
  ]);
  const byName = new Map<string, OwnKind>();
  for (const kind of kinds) if ("crd" in kind) byName.set(`${kind.plural}.${kind.group}`, kind as OwnKind);
  return [...byName.values()];
}
