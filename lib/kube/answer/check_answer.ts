/** Checks that an answer is what was asked for, whatever its code and media type. Pure. */

import { apiVersionOf, type ResourceKind } from "../../model/mod.ts";
import { isJsonObject, type JsonObject } from "../json/mod.ts";

/** What was requested, as far as it determines the answer. */
export interface Expectation {
  readonly verb: "get" | "list" | "create" | "update" | "patch" | "delete";
  readonly kind: ResourceKind;
  /** The namespace; absent for cluster-scoped kinds, and for lists of all namespaces. */
  readonly namespace?: string | undefined;
  /** The object's name; absent for lists and for creations. */
  readonly name?: string | undefined;
  /** The subresource, such as `status`. */
  readonly subresource?: string | undefined;
  /** The object to create, with its name. */
  readonly body?: unknown;
}

/** A list whose frame has been checked, but not its items. */
export interface AnsweredList {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  /** null is an empty list that a Go program never initialized. */
  readonly items: readonly unknown[] | null;
}

/** Groups whose objects are not stored: the answers are made for the request and have no identity. */
const VIRTUAL = /(^|\.)(metrics|authentication|authorization)\.k8s\.io$/;

/** Whether the group belongs to Kubernetes or to a CRD defined here, so that its objects are stored. */
function isStored(kind: ResourceKind): boolean {
  const { group } = kind;
  if (group === "") return kind.kind !== "ComponentStatus";
  return "crd" in kind || (!group.includes(".") || group.endsWith(".k8s.io")) && !VIRTUAL.test(group);
}

/**
 * What is wrong with an answer; `undefined` if it is what was asked for. That is the object itself, a list of its kind,
 * or, for a deletion and for subresources that are actions, a `Status` of success.
 */
export function answerProblem(answer: unknown, asked: Expectation): string | undefined {
  const { verb, kind, subresource } = asked;
  if (!isJsonObject(answer)) return `it is ${nameOf(answer)}, not ${wanted(asked)}`;
  if (verb === "list") return listProblem(answer, kind);
  const own = answer["kind"] === kind.kind && answer["apiVersion"] === apiVersionOf(kind);
  // Any subresource may answer with the object itself; `status` has no other answer.
  if (own) return objectProblem(answer, asked);
  if ((verb === "delete" || isPart(subresource)) && isSuccess(answer)) return undefined;
  if (isPart(subresource) && isOfAnyKind(answer)) return undefined;
  return `it is ${nameOf(answer)}, not ${wanted(asked)}`;
}

/**
 * What is wrong with the identity of one object: a line of a watch, an item of a list, or an answer.
 *
 * @param stored Whether it must have an identity, as everything that can be watched has.
 */
export function identityProblem(metadata: unknown, stored: boolean): string | undefined {
  if (!isJsonObject(metadata)) return "it has no metadata";
  const { name, uid, resourceVersion } = metadata;
  // The fast path for nearly every line of a watch.
  if (name && uid && resourceVersion && typeof name === "string" && typeof uid === "string") {
    if (typeof resourceVersion === "string") return undefined;
  }
  if (!isText(name)) return "it has no name";
  if (!stored && uid === undefined && resourceVersion === undefined) return undefined;
  if (!isText(uid)) return "it has no uid";
  return isText(resourceVersion) ? undefined : "it has no resourceVersion";
}

/** What is wrong with the kind of a list item. Lists of built-in kinds omit it. */
function itemKindProblem(item: JsonObject, apiVersion: string, kind: string): string | undefined {
  if ((item["kind"] ?? kind) === kind && (item["apiVersion"] ?? apiVersion) === apiVersion) return undefined;
  return `it is ${nameOf(item)}, not a ${kind} (${apiVersion})`;
}

/**
 * The items of a checked list, each with its kind filled in.
 *
 * @throws The error that `fail` makes, if an item has another kind.
 */
export function readItems<T>(list: AnsweredList, kind: ResourceKind, fail: (problem: string) => Error): T[] {
  const apiVersion = apiVersionOf(kind);
  const stored = isStored(kind);
  const items = list.items ?? [];
  for (const item of items) {
    if (!isJsonObject(item)) throw fail(`an item is ${nameOf(item)}`);
    const problem = itemKindProblem(item, apiVersion, kind.kind) ?? identityProblem(item["metadata"], stored);
    if (problem) throw fail(`an item is wrong: ${problem}`);
    const typed = item as Record<string, unknown>;
    typed["apiVersion"] ??= apiVersion;
    typed["kind"] ??= kind.kind;
  }
  return items as T[];
}

function listProblem(answer: JsonObject, kind: ResourceKind): string | undefined {
  const { metadata, items } = answer;
  if (!isListOf(answer, kind)) return `it is ${nameOf(answer)}, not a ${kind.kind}List (${apiVersionOf(kind)})`;
  if (!isJsonObject(metadata)) return "it has no metadata";
  const { resourceVersion, continue: token } = metadata;
  if (typeof resourceVersion !== "string" && (resourceVersion !== undefined || isStored(kind))) {
    return "it has no resourceVersion";
  }
  if (token !== undefined && typeof token !== "string") return "its continue token is not a string";
  return Array.isArray(items) || items === null ? undefined : "it has no items";
}

/** A CRD may choose any name for its list kind. */
function isListOf(answer: JsonObject, kind: ResourceKind): boolean {
  if (answer["apiVersion"] !== apiVersionOf(kind)) return false;
  const name = answer["kind"];
  return name === `${kind.kind}List` || kind.group.includes(".") && typeof name === "string" && name.endsWith("List");
}

function objectProblem(answer: JsonObject, asked: Expectation): string | undefined {
  const { verb, kind } = asked;
  const { metadata } = answer;
  const problem = identityProblem(metadata, true) ?? placeProblem(metadata as Place, asked);
  // Nearly all answers are correct, and need no look at the kind.
  if (problem === undefined || isStored(kind)) return problem;
  // An object that is made for one request, such as a review, has no name in the answer.
  if (verb === "create") return undefined;
  return identityProblem(metadata, false) ?? placeProblem(metadata as Place, asked);
}

/** Where an object is. */
interface Place {
  readonly name?: string;
  readonly namespace?: string;
}

function placeProblem(place: Place, asked: Expectation): string | undefined {
  const { kind, namespace, name = nameToCreate(asked) } = asked;
  if (name !== undefined && place.name !== name) return `it has another name than ${name}`;
  if (namespace !== undefined && kind.scope === "Namespaced" && place.namespace !== namespace) {
    return `it is in another namespace than ${namespace}`;
  }
  return undefined;
}

/** The name of the object to create, unless the API server generates it. */
function nameToCreate({ verb, body, subresource }: Expectation): string | undefined {
  if (verb !== "create" || subresource !== undefined) return undefined;
  return (body as { metadata?: { name?: string } } | undefined)?.metadata?.name;
}

function isPart(subresource: string | undefined): subresource is string {
  return subresource !== undefined && subresource !== "status";
}

function isSuccess({ kind, status }: JsonObject): boolean {
  return kind === "Status" && status === "Success";
}

/** A subresource may have a kind of its own, such as `Scale` or `TokenRequest`. */
function isOfAnyKind({ kind, apiVersion, metadata }: JsonObject): boolean {
  return isText(kind) && kind !== "Status" && isText(apiVersion) && isJsonObject(metadata);
}

function wanted({ verb, kind, subresource }: Expectation): string {
  const object = `a ${kind.kind} (${apiVersionOf(kind)})`;
  if (isPart(subresource)) return `the ${subresource} of ${object}`;
  return verb === "delete" ? `${object} or a Status of success` : object;
}

/** Describes a value without its contents, which may be secret. */
function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (!isJsonObject(value)) return `a ${typeof value}`;
  const { kind, apiVersion } = value;
  if (!isWord(kind)) return "JSON without a kind";
  return `a ${kind}${isWord(apiVersion) ? ` (${apiVersion})` : " without an apiVersion"}`;
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[\w./-]{1,100}$/.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
