/** Declared reads: the steps of a controller only read what it declares, so that its RBAC rules can be computed. */

import { describeObject, type ReadVerb, type ResourceKind } from "../../model/mod.ts";

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
}

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
}

/**
 * Refuses a read that is not declared.
 *
 * @throws {UndeclaredReadError} If no declaration covers it. The message shows the missing declaration.
 */
export function checkRead(asked: AskedRead, declared: readonly DeclaredRead[]): void {
  for (const read of declared) if (coversVerb(read, asked) && coversName(read, asked.name)) return;
  const { verb, kind, name } = asked;
  const what = name === undefined ? `list ${kind.kind} objects` : `get ${describeObject(kind, { name })}`;
  const advice = declared.some((read) => coversVerb(read, asked))
    ? `add "${name}" to the names of ${kind.kind}`
    : `add { kind: ${kind.kind}, verbs: ["${verb}"] } to "reads"`;
  throw new UndeclaredReadError(
    `Cannot ${what} as the controller does not declare that its steps read this: ${advice}`,
  );
}

function coversVerb({ kind, verbs, names }: DeclaredRead, asked: AskedRead): boolean {
  // Nearly always the same token.
  if (kind !== asked.kind && (kind.group !== asked.kind.group || kind.plural !== asked.kind.plural)) return false;
  return verbs === undefined ? asked.verb === "get" || names === undefined : verbs.includes(asked.verb);
}

function coversName({ names }: DeclaredRead, name: string | undefined): boolean {
  return names === undefined || name !== undefined && names.includes(name);
}
