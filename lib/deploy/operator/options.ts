/** What a user says of an operator as a program: its name, its controllers, its own flags. */

import type { ControllerDefinition, ServeOptions } from "../../controller/mod.ts";
import type { ConnectedClient, PermissionNeeds } from "../../kube/mod.ts";
import type { ResourceKind } from "../../model/mod.ts";

/** A flag of an operator's own, for its command line. */
export interface FlagDefinition<T = unknown> {
  /** What it sets, for `--help`. */
  readonly description: string;
  /**
   * Its value if it is not given, as text.
   * @default {none: the flag must be given}
   */
  readonly default?: string;
  /**
   * The environment variable that sets it if it is not given.
   * @default {none}
   */
  readonly env?: string;
  /**
   * Turns the text into the value. What it throws is the reason why the text is refused.
   * @default {the text itself}
   */
  readonly parse?: (text: string) => T;
}

/** The flags of an operator's own, by their names, such as `shop` for `--shop`. */
export type FlagDefinitions = Readonly<Record<string, FlagDefinition>>;

/** The values of an operator's own flags. */
export type FlagValues<F extends FlagDefinitions> = {
  readonly [K in keyof F]: F[K] extends { readonly parse: (text: string) => infer T } ? T : string;
};

/** What {@link OperatorOptions.alongside} gets. */
export interface AlongsideContext<Values> {
  /** The client of the controllers. */
  readonly client: ConnectedClient;
  /** The values of the operator's own flags. */
  readonly flags: Values;
  /** The namespaces that its controllers look after; `undefined` for all. The account may read nowhere else. */
  readonly namespaces: readonly string[] | undefined;
}

/** An operator as a program: what it serves, and what a deployment must know of it. */
export interface OperatorOptions<F extends FlagDefinitions = FlagDefinitions, Values = FlagValues<F>>
  extends Pick<ServeOptions, "events" | "handleUncaught" | "shutdownTimeout" | "traces"> {
  /**
   * Its name: of the command, the Deployment, the service account. A DNS label, at most 40 characters long.
   * @default {the name of the controller, if there is only one; otherwise it must be given}
   */
  name?: string;
  /**
   * Its version, for `version` and the labels of its manifests.
   * @default {"0.0.0"}
   */
  version?: string;
  /**
   * What it does, in a sentence, for `--help`.
   * @default {""}
   */
  description?: string;
  /**
   * Flags of its own. Their values are passed to the functions below. Names are lower-case words joined by dashes.
   * @default {none}
   */
  flags?: F;
  /**
   * Its controllers, or a function that makes them from the values of the flags. It must do nothing else, as it is also
   * called to compute manifests.
   */
  controllers: readonly ControllerDefinition[] | ((flags: Values) => readonly ControllerDefinition[]);
  /**
   * Permissions of Deno that its own code needs, besides those for the cluster: hosts that `perform` asks, files that
   * steps read.
   * @default {none}
   */
  needs?: Partial<PermissionNeeds> | ((flags: Values) => Partial<PermissionNeeds>);
  /**
   * Starts what shall run beside the controllers, such as a web page, once they serve. It is disposed of when they have
   * ended.
   * @default {nothing}
   */
  alongside?: (context: AlongsideContext<Values>) => AsyncDisposable | undefined | Promise<AsyncDisposable | undefined>;
  /**
   * Kinds that `alongside` reads in those namespaces, besides those that the controllers watch: the account gets the
   * verbs `get`, `list` and `watch`.
   * @default {[]}
   */
  reads?: readonly ResourceKind[];
  /**
   * What `run` does if this process has no permission to reach a cluster, such as a demonstration in memory.
   * @default {the error that names the missing permissions}
   */
  withoutCluster?: (flags: Values) => Promise<void>;
}

/** An operator as a program, whatever its flags are. Made by {@link defineOperator}. */
export type Operator = OperatorOptions<FlagDefinitions, never>;

/**
 * Defines an operator as a value: to run it as a program, and to compute its manifests.
 *
 * @example Usage
 * ```ts
 * import { defineController, defineSteps } from "@staircase/operator";
 * import { defineOperator } from "@staircase/operator/deploy";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const operator = defineOperator({
 *   name: "settings",
 *   flags: { depth: { description: "how deep to look", default: "3", parse: Number } },
 *   controllers: ({ depth }) => [
 *     defineController({ resource: ConfigMap, steps: defineSteps(ConfigMap), concurrency: depth }),
 *   ],
 * });
 * assertEquals(operator.name, "settings");
 * ```
 */
export function defineOperator<F extends FlagDefinitions = FlagDefinitions>(
  options: OperatorOptions<F>,
): Operator {
  return options;
}
