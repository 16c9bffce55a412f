/**
 * Checks the options of a controller and fills in defaults, so that everything below gets complete values. The only
 * place of defaults.
 */

import type { DeclaredRead, DeclaredWrite, ImpliedWrites, PlacedRead, PlacedWrite } from "../../kube/mod.ts";
import type { KubeObject, LabelSelector, ResourceKind } from "../../model/mod.ts";
import { isSameResource, parseSelector, READ_VERBS, WRITE_VERBS } from "../../model/mod.ts";
import { resolveBackoff, type ResolvedBackoff } from "../../run/mod.ts";
import { isPlan, Steps } from "../../steps/mod.ts";
import { shownValue, toMilliseconds } from "../../time/mod.ts";
import { generationChanged, type Predicate } from "../../watch/mod.ts";
import type { ControllerOptions, OwnedKind, Plan, WatchedKind } from "./options.ts";
import { leavingKinds, type ResolvedOwned, resolveOwned } from "./owned.ts";
import type { RunReport } from "./report.ts";

/** A wrong option. The message names the option and the controller, and says what to do. */
export class OptionsError extends TypeError {
  /** The error's name. */
  override readonly name = "OptionsError";
}

/** The complete options of one controller. The type of its objects is erased. */
export interface ResolvedController {
  readonly name: string;
  readonly resource: ResourceKind;
  readonly steps: Plan<KubeObject>;
  readonly cleanup: Plan<KubeObject> | undefined;
  readonly finalizer: string;
  readonly owns: readonly ResolvedOwned[];
  readonly watches: readonly WatchedKind[];
  /** Everything that may be written, besides what is implied: the owned kinds, and the declared ones. */
  readonly allowed: readonly PlacedWrite[];
  /** What may be written of the resource without a declaration. */
  readonly implied: ImpliedWrites;
  /** Everything that steps may read: the resource, the owned and watched kinds, and the declared ones. */
  readonly readable: readonly PlacedRead[];
  /** The kinds whose dependents may be in other namespaces than their owner. */
  readonly leaving: readonly ResourceKind[];
  /** The namespaces; `undefined` for all. */
  readonly namespaces: readonly string[] | undefined;
  readonly labelSelector: LabelSelector | undefined;
  readonly predicate: Predicate<KubeObject>;
  readonly concurrency: number;
  /** Milliseconds; `undefined` for never. */
  readonly requeueEvery: number | undefined;
  /** Milliseconds. */
  readonly stepTimeout: number;
  readonly backoff: ResolvedBackoff;
  readonly onRun: ((report: RunReport) => void) | undefined;
}

/** The names of all options. Any other one is a mistake, usually a typo. */
const KNOWN: ReadonlySet<string> = new Set<keyof ControllerOptions<KubeObject>>([
  "resource",
  "steps",
  "cleanup",
  "finalizer",
  "name",
  "owns",
  "watches",
  "writes",
  "reads",
  "namespace",
  "labelSelector",
  "predicate",
  "concurrency",
  "requeueEvery",
  "stepTimeout",
  "backoff",
  "onRun",
]);

/** More Runs at once than anybody can mean: each one is a worker from the start. */
const MOST_WORKERS = 100_000;

/** A name with a domain, as the API server demands for finalizers. */
const FINALIZER = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/**
 * Checks the options of one controller and fills in defaults.
 *
 * @throws {OptionsError} If an option is wrong.
 */
export function resolveController(options: ControllerOptions<KubeObject>): ResolvedController {
  const { resource } = options;
  if (!isKind(resource)) {
    throw new OptionsError("Cannot serve a controller as resource must be a kind made by defineResource or kindOf");
  }
  const name = options.name ?? resource.kind.toLowerCase();
  const check = checkerFor(typeof name === "string" ? name : shownValue(name));
  check(
    typeof name === "string" && NAME.test(name),
    "name",
    "must be lower-case letters, digits, dashes and dots",
    name,
  );
  for (const option of Object.keys(options)) {
    check(KNOWN.has(option), option, "is not an option of a controller");
  }
  const owned = listOf(options.owns, "owns", check).map((owned, at) => ownEntry(owned, at, check));
  const writes = listOf(options.writes, "writes", check).map((written, at) => writeEntry(written, at, check));
  const watches = listOf(options.watches, "watches", check).map((watched, at) => watchEntry(watched, at, check));
  const reads = listOf(options.reads, "reads", check).map((read, at) => readEntry(read, at, check));
  checkFunctions(options, check);
  const { concurrency = 8, stepTimeout = "1m", labelSelector, predicate = generationChanged } = options;
  check(Number.isInteger(concurrency) && concurrency >= 1, "concurrency", "must be a whole number from 1", concurrency);
  check(concurrency <= MOST_WORKERS, "concurrency", `must be at most ${MOST_WORKERS}`, concurrency);
  check(isBackoff(options.backoff), "backoff", "must be an object with base and cap", options.backoff);
  const steps = checkPlan(options.steps, "steps", resource, check);
  const cleanup = options.cleanup === undefined ? undefined : checkPlan(options.cleanup, "cleanup", resource, check);
  const owns = owned.map((entry, at) =>
    resolveOwned(entry, { steps, cleanup }, (rule) => check(false, `owns[${at}].verbs`, rule))
  );
  const [namespaces, leaving] = [resolveNamespaces(options, check), leavingKinds({ steps, cleanup })];
  const place = <T extends { readonly kind: ResourceKind; readonly everywhere?: boolean }>(entry: T) => {
    const { kind, everywhere = leaving.some((one) => isSameResource(one, kind)) } = entry;
    return kind.scope === "Cluster" || everywhere ? entry : { ...entry, within: namespaces };
  };
  return {
    name,
    resource,
    steps,
    cleanup,
    finalizer: resolveFinalizer(options, name, check),
    owns,
    watches,
    allowed: [...owns.map(({ kind, verbs, names }) => ({ kind, verbs, ...(names && { names }) })), ...writes].map(
      place,
    ),
    implied: { status: hasStatus(resource), finalizer: cleanup !== undefined },
    readable: [
      ...[resource, ...owns.map(({ kind }) => kind)].map((kind) => ({ kind })),
      ...watches.map(({ kind, reads: verbs }) => ({ kind, ...(verbs && { verbs }) })),
      ...reads,
    ].map(place),
    leaving,
    namespaces,
    labelSelector: labelSelector === undefined ? undefined : checkSelector(labelSelector, "labelSelector", check),
    predicate: predicate as Predicate<KubeObject>,
    concurrency,
    requeueEvery: resolveRequeue(options.requeueEvery, check),
    stepTimeout: duration(stepTimeout, "stepTimeout", check),
    backoff: attempt("backoff", check, () => resolveBackoff(options.backoff)),
    onRun: options.onRun,
  };
}

/** Whether it has only known fields, so that none would be ignored. */
function isBackoff(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === "object" && value !== null &&
    Object.keys(value).every((key) => key === "base" || key === "cap");
}

type Check = (holds: boolean, option: string, rule: string, value?: unknown) => void;

function checkerFor(controller: string): Check {
  return (holds, option, rule, value) => {
    if (holds) return;
    const current = value === undefined ? "" : `: current value is ${shown(value)}`;
    throw new OptionsError(`Cannot serve controller "${controller}" as ${option} ${rule}${current}`);
  };
}

/** A wrong value, for the message. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return typeof value === "object" ? JSON.stringify(value) : shownValue(value);
  } catch {
    return shownValue(value);
  }
}

/** Runs a check of another room, and names the option in its error. */
function attempt<T>(option: string, check: Check, resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    check(false, option, `is wrong: ${(error as Error).message}`);
    throw error;
  }
}

function isKind(value: unknown): value is ResourceKind {
  const kind = value as Partial<ResourceKind> | undefined;
  return typeof kind?.kind === "string" && typeof kind.plural === "string" && typeof kind.version === "string";
}

function listOf<T>(value: readonly T[] | undefined, option: string, check: Check): readonly T[] {
  check(value === undefined || Array.isArray(value), option, "must be a list");
  return value ?? [];
}

function kindEntry<T extends { readonly kind: ResourceKind }>(
  entry: ResourceKind | T,
  option: string,
  check: Check,
): T {
  const whole = isKind(entry) ? { kind: entry } as unknown as T : entry;
  check(isKind(whole?.kind), option, "must be a kind, or an object with a kind");
  const { labelSelector } = whole as { labelSelector?: LabelSelector };
  if (labelSelector !== undefined) checkSelector(labelSelector, `${option}.labelSelector`, check);
  return whole;
}

/** Checks that an entry has only known fields, so that none is ignored and more is declared than its author means. */
function checkFields(entry: object, known: readonly string[], option: string, check: Check): void {
  for (const field of Object.keys(entry)) check(known.includes(field), `${option}.${field}`, "is not an option");
}

function ownEntry(entry: ResourceKind | OwnedKind, at: number, check: Check): OwnedKind {
  const option = `owns[${at}]`;
  const whole = kindEntry<OwnedKind>(entry, option, check);
  checkFields(whole, ["kind", "labelSelector", "verbs", "names", "adopt"], option, check);
  checkVerbs(whole.verbs, WRITE_VERBS, `${option}.verbs`, check);
  checkTexts(whole.names, `${option}.names`, check);
  checkFlag(whole.adopt, `${option}.adopt`, check);
  return whole;
}

function writeEntry(entry: ResourceKind | DeclaredWrite, at: number, check: Check): DeclaredWrite {
  const option = `writes[${at}]`;
  const whole = kindEntry<DeclaredWrite>(entry, option, check);
  checkFields(whole, ["kind", "verbs", "subresources", "names", "everywhere"], option, check);
  checkVerbs(whole.verbs, WRITE_VERBS, `${option}.verbs`, check);
  checkTexts(whole.subresources, `${option}.subresources`, check);
  checkTexts(whole.names, `${option}.names`, check);
  checkFlag(whole.everywhere, `${option}.everywhere`, check);
  return whole;
}

function readEntry(entry: ResourceKind | DeclaredRead, at: number, check: Check): DeclaredRead {
  const option = `reads[${at}]`;
  const whole = kindEntry<DeclaredRead>(entry, option, check);
  checkFields(whole, ["kind", "verbs", "names", "everywhere"], option, check);
  checkVerbs(whole.verbs, READ_VERBS, `${option}.verbs`, check);
  checkTexts(whole.names, `${option}.names`, check);
  checkFlag(whole.everywhere, `${option}.everywhere`, check);
  const isLimited = whole.names !== undefined && whole.verbs?.includes("list");
  check(
    !isLimited,
    `${option}.names`,
    'cannot be given with the verb "list", as Kubernetes cannot limit lists to names',
  );
  return whole;
}

function watchEntry(entry: WatchedKind, at: number, check: Check): WatchedKind {
  check(typeof entry?.map === "function", `watches[${at}]`, "must be made by watchKind");
  const whole = kindEntry(entry, `watches[${at}]`, check);
  checkVerbs(whole.reads, READ_VERBS, `watches[${at}].reads`, check, true);
  return whole;
}

function checkFlag(value: boolean | undefined, option: string, check: Check): void {
  check(value === undefined || typeof value === "boolean", option, "must be true or false", value);
}

function checkVerbs(
  verbs: readonly string[] | undefined,
  known: readonly string[],
  option: string,
  check: Check,
  mayBeEmpty = false,
): void {
  if (verbs === undefined) return;
  const words = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
  check(Array.isArray(verbs) && (mayBeEmpty || verbs.length > 0), option, `must be a list of ${words}`);
  for (const verb of verbs) check(known.includes(verb), option, `must be ${words}`, verb);
}

function checkTexts(texts: readonly string[] | undefined, option: string, check: Check): void {
  if (texts === undefined) return;
  check(Array.isArray(texts) && texts.length > 0, option, "must be a list with an entry");
  for (const text of texts) check(typeof text === "string" && text !== "", option, "must be texts", text);
}

/** Only of a kind that was made by `defineResource` it is known. */
function hasStatus(resource: ResourceKind): boolean {
  return (resource as { readonly hasStatus?: unknown }).hasStatus === true;
}

function checkFunctions(options: ControllerOptions<KubeObject>, check: Check): void {
  for (const option of ["predicate", "onRun"] as const) {
    const value: unknown = options[option];
    check(value === undefined || typeof value === "function", option, "must be a function", value);
  }
}

function checkPlan(plan: Plan<KubeObject>, option: string, resource: ResourceKind, check: Check): Plan<KubeObject> {
  if (typeof plan === "function") return plan;
  check(
    plan instanceof Steps || !isPlan(plan),
    option,
    "was made by another copy of @staircase/operator: let all imports resolve to one version of it",
  );
  check(plan instanceof Steps, option, "must be made by defineSteps, or be a function that returns such a plan");
  const same = plan.kind.kind === resource.kind && plan.kind.group === resource.group;
  check(same, option, `must be defined for ${resource.kind}`, plan.kind.kind);
  return plan;
}

function resolveFinalizer(
  { resource, cleanup, finalizer }: ControllerOptions<KubeObject>,
  name: string,
  check: Check,
): string {
  const resolved = finalizer ?? `${resource.group}/${name}`;
  if (cleanup === undefined) {
    check(finalizer === undefined, "finalizer", "is given without cleanup");
    return resolved;
  }
  check(
    FINALIZER.test(resolved),
    "finalizer",
    "must be a domain, a slash and a word, such as example.dev/foo",
    resolved,
  );
  return resolved;
}

function resolveNamespaces(
  { namespace, resource }: ControllerOptions<KubeObject>,
  check: Check,
): readonly string[] | undefined {
  if (namespace === undefined || namespace === "*") return undefined;
  const list = typeof namespace === "string" ? [namespace] : [...new Set(namespace)];
  check(list.length > 0, "namespace", 'must name a namespace, or be "*" for all');
  for (const one of list) {
    check(typeof one === "string" && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(one), "namespace", "must be a name", one);
  }
  check(resource.scope === "Namespaced", "namespace", `cannot be given as ${resource.kind} is cluster-scoped`);
  return list;
}

function checkSelector(selector: LabelSelector, option: string, check: Check): LabelSelector {
  attempt(option, check, () => parseSelector(selector));
  return selector;
}

function resolveRequeue(
  value: ControllerOptions<KubeObject>["requeueEvery"] = "10h",
  check: Check,
): number | undefined {
  if (value === false) return undefined;
  return duration(value, "requeueEvery", check);
}

function duration(value: Parameters<typeof toMilliseconds>[0], option: string, check: Check): number {
  const milliseconds = attempt(option, check, () => toMilliseconds(value, option));
  check(milliseconds > 0, option, "must be more than 0", value);
  return milliseconds;
}
