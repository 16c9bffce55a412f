/** Declared reads: the steps of a controller only read what it declares, so that its RBAC rules can be computed. */

import { describeObject, isSameResource, type ReadVerb, type ResourceKind } from "../../model/mod.ts";
import { coversName, coversPlace, type Placed, quotedList } from "./declared_objects.ts";

/** One kind that steps read. */
export interface DeclaredRead {
  /** The kind. */
  readonly kind: ResourceKind;
  /**
   * How it is read: by `kube.get`, by `kube.list`, or both.
   * @default {both; only "get" with names}
   */
  readonly verbs?: readonly ReadVerb[];
  /**
   * The only names of objects that are read, where they are known. Kubernetes cannot limit lists to names.
   * @default {any name}
   */
  readonly names?: readonly string[];
  /**
   * Whether objects outside of the controller's namespaces are read as well. That takes a ClusterRole.
   * @default {false} (of no matter where the controller looks after all namespaces)
   */
  readonly everywhere?: boolean;
}

/** The same, with the namespaces that it is about. */
export interface PlacedRead extends DeclaredRead, Placed {}

/** A read that the controller does not declare. Nothing was sent. */
export class UndeclaredReadError extends TypeError {
  /** The error's name. */
  override readonly name = "UndeclaredReadError";
}

/** A read by a step. */
export interface AskedRead {
  readonly verb: ReadVerb;
  readonly kind: ResourceKind;
  /** The name; absent for lists. */
  readonly name?: string;
  /** The namespace; `undefined` for all, and for kinds that are in none. */
  readonly namespace: string | undefined;
}

/**
 * Refuses a read that is not declared.
 *
 * @throws {UndeclaredReadError} If no declaration covers it. The message shows the missing declaration.
 */
export function checkRead(asked: AskedRead, declared: readonly PlacedRead[]): void {
  for (const read of declared) {
    if (coversVerb(read, asked) && coversName(read, asked.name) && coversPlace(read, asked.namespace)) return;
  }
  const { kind, name, namespace } = asked;
  const place = namespace === undefined ? {} : { namespace };
  const what = name === undefined
    ? `list ${kind.kind} objects${namespace === undefined ? "" : ` in ${namespace}`}`
    : `get ${describeObject(kind, { ...place, name })}`;
  throw new UndeclaredReadError(
    `Cannot ${what} as the controller does not declare that its steps read this: ${advice(asked, declared)}`,
  );
}

function advice(asked: AskedRead, declared: readonly PlacedRead[]): string {
  const { verb, kind, name } = asked;
  const known = declared.filter((read) => coversVerb(read, asked));
  if (known.length === 0) return `add { kind: ${kind.kind}, verbs: ["${verb}"] } to "reads"`;
  const elsewhere = known.find((read) => coversName(read, name));
  if (!elsewhere) return `add "${name}" to the names of ${kind.kind}`;
  const entry = `{ kind: ${kind.kind}, verbs: ["${verb}"], everywhere: true }`;
  return `it looks after ${quotedList(elsewhere.within ?? [])} only: add ${entry} to "reads"`;
}

function coversVerb({ kind, verbs, names }: DeclaredRead, asked: AskedRead): boolean {
  if (!isSameResource(kind, asked.kind)) return false;
  return verbs === undefined ? asked.verb === "get" || names === undefined : verbs.includes(asked.verb);
}
