/** Whether an answer is what was asked for. Whatever code and media type it came with, anything else is no answer. Pure. */

import { apiVersionOf, type ResourceKind } from "../../model/mod.ts";
import { isJsonObject, type JsonObject } from "../json/mod.ts";

/** What was asked for, as far as it tells what the answer looks like. */
export interface Expectation {
  /** What was asked. */
  readonly verb: "get" | "list" | "create" | "update" | "patch" | "delete";
  /** Of which kind. */
  readonly kind: ResourceKind;
  /** The namespace; absent for cluster-scoped kinds, and for lists of all. */
  readonly namespace?: string | undefined;
  /** The object's name; absent for lists, and when an object is created. */
  readonly name?: string | undefined;
  /** A part of the object, such as `status`. */
  readonly subresource?: string | undefined;
  /** The object that is to be created, which has its name in it. */
  readonly body?: unknown;
}

/** A list, once its frame is checked; its items are not. */
export interface AnsweredList {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  /** A Go program writes an empty list that it never touched as null. */
  readonly items: readonly unknown[] | null;
}

/** Of these groups the API server stores nothing: what it answers is made for the request, without an identity of its own. */
const VIRTUAL = /(^|\.)(metrics|authentication|authorization)\.k8s\.io$/;

/** A group that Kubernetes itself, or a CRD that is made here, gives: its objects are stored. */
function isStored(kind: ResourceKind): boolean {
  const { group } = kind;
  if (group === "") return kind.kind !== "ComponentStatus";
  return "crd" in kind || (!group.includes(".") || group.endsWith(".k8s.io")) && !VIRTUAL.test(group);
}

/**
 * What is wrong with an answer; `undefined` when it is what was asked for: the object itself, a list of that kind, or, for a
 * removal and for parts that are actions, a `Status` of success.
 */
export function answerProblem(answer: unknown, asked: Expectation): string | undefined {
  const { verb, kind, subresource } = asked;
  if (!isJsonObject(answer)) return `it is ${nameOf(answer)}, not ${wanted(asked)}`;
  if (verb === "list") return listProblem(answer, kind);
  const own = answer["kind"] === kind.kind && answer["apiVersion"] === apiVersionOf(kind);
  // Any part may answer with the object itself; `status` has no other answer.
  if (own) return objectProblem(answer, asked);
  if ((verb === "delete" || isPart(subresource)) && isSuccess(answer)) return undefined;
  if (isPart(subresource) && isOfAnyKind(answer)) return undefined;
  return `it is ${nameOf(answer)}, not ${wanted(asked)}`;
}

/**
 * What is wrong with one object: a line of a watch, an item of a list, or an answer.
 *
 * @param stored Whether it must have an identity, as all that can be watched has.
 */
export function identityProblem(metadata: unknown, stored: boolean): string | undefined {
  if (!isJsonObject(metadata)) return "it has no metadata";
  const { name, uid, resourceVersion } = metadata;
  // Of nearly all: every line of a watch comes by here.
  if (name && uid && resourceVersion && typeof name === "string" && typeof uid === "string") {
    if (typeof resourceVersion === "string") return undefined;
  }
  if (!isText(name)) return "it has no name";
  if (!stored && uid === undefined && resourceVersion === undefined) return undefined;
  if (!isText(uid)) return "it has no uid";
  return isText(resourceVersion) ? undefined : "it has no resourceVersion";
}

/** What is wrong with the kind of an item of a list. Lists of built-in kinds leave it out. */
function itemKindProblem(item: JsonObject, apiVersion: string, kind: string): string | undefined {
  if ((item["kind"] ?? kind) === kind && (item["apiVersion"] ?? apiVersion) === apiVersion) return undefined;
  return `it is ${nameOf(item)}, not a ${kind} (${apiVersion})`;
}

/**
 * The items of a list that has been checked, each with its kind.
 *
 * @throws What `fail` makes of the problem, when an item is none of that kind.
 */
export function readItems<T>(list: AnsweredList, kind: ResourceKind, fail: (problem: string) => Error): T[] {
  const apiVersion = apiVersionOf(kind);
  const stored = isStored(kind);
  const items = list.items ?? [];
  for (const item of items) {
    if (!isJsonObject(item)) throw fail(`an item is ${nameOf(item)}`);
    const problem = itemKindProblem(item, apiVersion, kind.kind) ?? identityProblem(item["metadata"], stored);
    if (problem) throw fail(`of an item, ${problem}`);
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
  if (token !== undefined && typeof token !== "string") return "its continue token is no text";
  return Array.isArray(items) || items === null ? undefined : "it has no items";
}

/** A CRD may name its list as it likes. */
function isListOf(answer: JsonObject, kind: ResourceKind): boolean {
  if (answer["apiVersion"] !== apiVersionOf(kind)) return false;
  const name = answer["kind"];
  return name === `${kind.kind}List` || kind.group.includes(".") && typeof name === "string" && name.endsWith("List");
}

function objectProblem(answer: JsonObject, asked: Expectation): string | undefined {
  const { verb, kind } = asked;
  const { metadata } = answer;
  const problem = identityProblem(metadata, true) ?? placeProblem(metadata as Place, asked);
  // Nearly all answers are without fault as it is, and need no look at the kind.
  if (problem === undefined || isStored(kind)) return problem;
  // What is made for one request, such as a review, has no name when it is answered.
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
  if (name !== undefined && place.name !== name) return `it is of another name than ${name}`;
  if (namespace !== undefined && kind.scope === "Namespaced" && place.namespace !== namespace) {
    return `it is of another namespace than ${namespace}`;
  }
  return undefined;
}

/** The name of an object that is to be created, unless the API server makes it up. */
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

/** A part may be of a kind of its own, such as a `Scale` or a `TokenRequest`. */
function isOfAnyKind({ kind, apiVersion, metadata }: JsonObject): boolean {
  return isText(kind) && kind !== "Status" && isText(apiVersion) && isJsonObject(metadata);
}

function wanted({ verb, kind, subresource }: Expectation): string {
  const object = `a ${kind.kind} (${apiVersionOf(kind)})`;
  if (isPart(subresource)) return `the ${subresource} of ${object}`;
  return verb === "delete" ? `${object} or a Status of success` : object;
}

/** What something is, without what it holds: that may be secret. */
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
