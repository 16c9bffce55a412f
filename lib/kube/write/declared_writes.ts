/** Declared writes: a controller only writes what it declares, so that its RBAC rules can be computed. */

import { isSameResource, type ResourceKind, type WriteVerb } from "../../model/mod.ts";
import { describeOperation, type Operation } from "../../steps/mod.ts";
import { coversName, coversPlace, type Placed, quotedList } from "../request/mod.ts";

/** One kind that a controller writes. */
export interface DeclaredWrite {
  /** The kind. */
  readonly kind: ResourceKind;
  /**
   * The verbs that it uses on objects of the kind.
   * @default {every verb}
   */
  readonly verbs?: readonly WriteVerb[];
  /**
   * The subresources that it writes, such as `status` or `scale`. With them, the entry is about these alone; the object
   * itself takes another entry.
   * @default {none: the object itself}
   */
  readonly subresources?: readonly string[];
  /**
   * The only names of objects that it writes, where they are known.
   * @default {any name}
   */
  readonly names?: readonly string[];
  /**
   * Whether objects outside of the controller's namespaces are written as well. That takes a ClusterRole.
   * @default {false} (of no matter where the controller looks after all namespaces)
   */
  readonly everywhere?: boolean;
}

/** The same, with the namespaces that it is about. */
export interface PlacedWrite extends DeclaredWrite, Placed {}

/** A change that the controller does not declare. Nothing was sent. */
export class UndeclaredWriteError extends TypeError {
  /** The error's name. */
  override readonly name = "UndeclaredWriteError";
}

/** An operation on an object in the cluster that a step's author names. */
export type ObjectOperation = Exclude<Operation, { verb: "setStatus" | "perform" }>;

/** Server-side apply needs both verbs: it creates the object if it is missing. */
const VERBS: Readonly<Record<ObjectOperation["verb"], readonly WriteVerb[]>> = {
  create: ["create"],
  apply: ["create", "patch"],
  patch: ["patch"],
  replace: ["update"],
  remove: ["delete"],
};

/** What one operation needs. */
interface Needed {
  readonly kind: ResourceKind;
  readonly verbs: readonly WriteVerb[];
  readonly subresource: string | undefined;
  /** `undefined` if the API server is to generate it. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/**
 * Refuses an operation that is not declared.
 *
 * @param resource The kind of the Run's object, which nobody means to own.
 * @throws {UndeclaredWriteError} If no declaration covers it. The message shows the missing declaration.
 */
export function checkDeclared(
  operation: ObjectOperation,
  declared: readonly PlacedWrite[],
  resource: ResourceKind,
): void {
  const needed = neededFor(operation);
  const missing = needed.verbs.filter((verb) => !declared.some((write) => covers(write, needed, verb)));
  if (missing.length === 0) return;
  throw new UndeclaredWriteError(
    `Cannot ${describeOperation(operation)} as the controller does not declare that it writes this: ${
      advice(needed, declared, resource)
    }`,
  );
}

function neededFor(operation: ObjectOperation): Needed {
  const { kind } = operation;
  const subresource = "subresource" in operation ? operation.subresource : undefined;
  const { name, namespace } = "target" in operation ? operation.target : operation.object.metadata;
  return { kind, verbs: VERBS[operation.verb], subresource, name, namespace };
}

function covers(write: PlacedWrite, needed: Needed, verb: WriteVerb): boolean {
  return coversVerb(write, needed, verb) && coversName(write, needed.name) && coversPlace(write, needed.namespace);
}

function coversVerb({ kind, verbs, subresources }: DeclaredWrite, needed: Needed, verb: WriteVerb): boolean {
  const { subresource } = needed;
  return isSameResource(kind, needed.kind) && (verbs?.includes(verb) ?? true) &&
    (subresource === undefined ? subresources === undefined : subresources?.includes(subresource) ?? false);
}

function advice(needed: Needed, declared: readonly PlacedWrite[], resource: ResourceKind): string {
  const { kind, verbs, subresource, name } = needed;
  const part = subresource === undefined ? "" : `, subresources: ${quotedList([subresource])}`;
  const elsewhere = declared.find((write) =>
    verbs.every((verb) => coversVerb(write, needed, verb)) && coversName(write, name)
  );
  // All that it lacks is the place.
  if (elsewhere) {
    const entry = `{ kind: ${kind.kind}, verbs: ${quotedList(verbs)}${part}, everywhere: true }`;
    return `it looks after ${quotedList(elsewhere.within ?? [])} only: add ${entry} to "writes"`;
  }
  const named = declared.find((write) => verbs.every((verb) => coversVerb(write, needed, verb)));
  // All that it lacks is the name.
  if (named) {
    return name === undefined
      ? `a name that the API server generates is none of ${quotedList(named.names!)}: take one of these`
      : `add "${name}" to the names of ${kind.kind}`;
  }
  const isKnown = isSameResource(resource, kind) || declared.some((write) => isSameResource(write.kind, kind));
  const entry = `{ kind: ${kind.kind}, verbs: ${quotedList(verbs)}${part} } to "writes"`;
  return isKnown || subresource !== undefined ? `add ${entry}` : `add ${kind.kind} to "owns", or ${entry}`;
}
