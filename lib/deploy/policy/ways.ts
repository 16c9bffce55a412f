/** The ways in which an operator may write objects of one resource, as conditions in CEL. */

import { APPLIED_ANNOTATION, MANAGED_BY, managerOf, OWNER_ANNOTATION } from "../../components/mod.ts";
import type { ResolvedController } from "../../controller/mod.ts";
import type { DeclaredWrite } from "../../kube/mod.ts";
import { type ResourceKind, WRITE_VERBS, type WriteVerb } from "../../model/mod.ts";
import { either, every, text, texts } from "./cel.ts";

/** An operation as admission names it. */
export type AdmissionOperation = "CREATE" | "UPDATE" | "DELETE";

/** One way in which an object may be written. */
export interface Way {
  readonly operation: AdmissionOperation;
  /** When it is allowed, in CEL. */
  readonly condition: string;
  /** What may be written, in words, to follow "it may create". */
  readonly what: string;
}

const OPERATIONS: Readonly<Record<WriteVerb, AdmissionOperation>> = {
  create: "CREATE",
  update: "UPDATE",
  patch: "UPDATE",
  delete: "DELETE",
};

/** The operations that some verbs stand for. */
export function operationsOf(verbs: readonly WriteVerb[]): readonly AdmissionOperation[] {
  return [...new Set(verbs.map((verb) => OPERATIONS[verb]))];
}

type OwnedEntry = ResolvedController["owns"][number];

/** The ways in which a controller may write objects of a kind that it owns. */
export function waysOfOwned(owned: OwnedEntry, controller: ResolvedController): readonly Way[] {
  const { resource, steps, cleanup } = controller;
  const { verbs, names } = owned;
  // A plan that is a function may hold any component.
  const isHidden = typeof steps === "function" || typeof cleanup === "function";
  const isOurs = isDependentOf(resource, owned.isTied || isHidden);
  const conditions: Readonly<Record<AdmissionOperation, string>> = {
    CREATE: isOurs("object"),
    UPDATE: every(isOurs("object"), either(isOurs("oldObject"), mayBecomeOurs(resource, owned.adopt))),
    DELETE: isOurs("oldObject"),
  };
  const whose = `controlled by a ${resource.kind}${resource.group === "" ? "" : ` of ${resource.group}`}`;
  return operationsOf(verbs).map((operation) => ({
    operation,
    condition: every(...(names ? [nameIn(operation, names)] : []), conditions[operation]),
    what: `what is ${whose}${ofNames(names)}`,
  }));
}

/** What operations are called in messages. */
export const WORDS: Readonly<Record<AdmissionOperation, string>> = {
  CREATE: "create",
  UPDATE: "change",
  DELETE: "delete",
};

/** The object before or after the operation. */
type Side = "object" | "oldObject";

/** Whether an object is a dependent: it has an owner reference, or the mark in its place. */
function isDependentOf(resource: ResourceKind, mayHaveMark: boolean): (side: Side) => string {
  const { group, kind } = resource;
  // As for RBAC, the version does not matter.
  const isOfGroup = group === "" ? `!r.apiVersion.contains("/")` : `r.apiVersion.startsWith(${text(`${group}/`)})`;
  const manager = managerOf(resource);
  return (side) => {
    const isOwned = hasOwner(side, `r.?controller.orValue(false) && r.kind == ${text(kind)} && ${isOfGroup}`);
    if (!mayHaveMark) return isOwned;
    const isNamed = `${entryOf(side, "annotations", OWNER_ANNOTATION)}.startsWith(${text(`${manager}/`)})`;
    return either(isOwned, isNamed, `${entryOf(side, "labels", MANAGED_BY)} == ${text(manager)}`);
  };
}

/**
 * Whether an object that is no dependent may become one: it has no controller and no mark of another owner, and it may
 * be adopted, or a component has applied it and somebody has removed the owner reference since.
 */
function mayBecomeOurs(resource: ResourceKind, adopt: boolean): string {
  const manager = managerOf(resource);
  const [named, labelled] = [
    entryOf("oldObject", "annotations", OWNER_ANNOTATION),
    entryOf("oldObject", "labels", MANAGED_BY),
  ];
  const wasApplied = `${entryOf("oldObject", "annotations", APPLIED_ANNOTATION)} != "" && ` +
    `${labelled} in ${texts(["", manager])}`;
  return every(
    `!${hasOwner("oldObject", "r.?controller.orValue(false)")}`,
    either(`${named} == ""`, `${named}.startsWith(${text(`${manager}/`)})`),
    ...(adopt ? [] : [wasApplied]),
  );
}

function hasOwner(side: Side, condition: string): string {
  return `${side}.metadata.?ownerReferences.orValue([]).exists(r, ${condition})`;
}

/** The value of a label or an annotation; empty if there is none. */
function entryOf(side: Side, field: "labels" | "annotations", key: string): string {
  return `${side}.metadata.?${field}[?${text(key)}].orValue("")`;
}

function nameIn(operation: AdmissionOperation, names: readonly string[]): string {
  // The name of an object to be created is not in the request's path.
  return `${operation === "DELETE" ? "oldObject" : "object"}.metadata.name in ${texts(names)}`;
}

function ofNames(names: readonly string[] | undefined): string {
  return names ? ` and is named ${names.join(" or ")}` : "";
}

/** The ways that an entry of `writes` opens. */
export function waysOfWrite({ verbs, names }: Pick<DeclaredWrite, "verbs" | "names">): readonly Way[] {
  return operationsOf(verbs ?? WRITE_VERBS).map((operation) => ({
    operation,
    condition: names ? nameIn(operation, names) : "true",
    what: names ? `what is named ${names.join(" or ")}` : "any",
  }));
}

/**
 * The ways that an entry of `writes` opens to a subresource. Of many kinds, the status takes annotations and owner
 * references too: with these, any object could be made one of the operator's own.
 */
export function waysOfPart(write: Pick<DeclaredWrite, "verbs" | "names">): readonly Way[] {
  return waysOfWrite(write).map((way) => ({
    ...way,
    condition: every(...(way.condition === "true" ? [] : [way.condition]), sameMetadata()),
    what: `${way.what}, but not its metadata`,
  }));
}

/** Fields of metadata that every write may change, as the API server itself does. */
const KEPT_BY_SERVER = ["managedFields", "resourceVersion", "generation"];

/** Whether nothing is changed but a part: `finalizers` or `status`. */
function onlyChanges(part: "finalizers" | "status"): string {
  const top = part === "status" ? ["metadata", "status"] : ["metadata"];
  return every(same("object", "oldObject", top), sameMetadata(...(part === "finalizers" ? [part] : [])));
}

/** Whether no metadata are changed but those that the API server keeps, and some others. */
function sameMetadata(...others: readonly string[]): string {
  return same("object.metadata", "oldObject.metadata", [...KEPT_BY_SERVER, ...others]);
}

/** Whether two objects are the same but for some fields. */
function same(one: string, other: string, but: readonly string[]): string {
  const within = (a: string, b: string) => `${a}.all(k, k in ${texts(but)} || k in ${b} && ${a}[k] == ${b}[k])`;
  return every(within(one, other), within(other, one));
}

/** The way that a finalizer takes: nobody else's is added or removed. */
export function wayOfFinalizers(finalizers: readonly string[]): Way {
  const own = texts(finalizers);
  const [before, after] = ["oldObject", "object"].map((side) => `${side}.metadata.?finalizers.orValue([])`);
  const within = (a: string, b: string) => `${a}.all(f, f in ${own} || f in ${b})`;
  return {
    operation: "UPDATE",
    condition: every(onlyChanges("finalizers"), within(after!, before!), within(before!, after!)),
    what: `the finalizer ${finalizers.join(" or ")}`,
  };
}

/** The way that a status takes. */
export function wayOfStatus(): Way {
  return { operation: "UPDATE", condition: onlyChanges("status"), what: "it" };
}

/** The ways that Events take: an operator writes its own. */
export function waysOfEvents(reporters: readonly string[]): readonly Way[] {
  const isOwn = (side: Side) => `${side}.?reportingController.orValue("") in ${texts(reporters)}`;
  const what = `what ${reporters.join(" or ")} reports`;
  return [
    { operation: "CREATE", condition: isOwn("object"), what },
    { operation: "UPDATE", condition: every(isOwn("object"), isOwn("oldObject")), what },
  ];
}
