/** Declared writes: a controller only writes what it declares, so that its RBAC rules can be computed. */

import type { ResourceKind } from "../../model/mod.ts";
import { describeOperation, type Operation } from "../../steps/mod.ts";

/** The RBAC verbs that write. */
export type WriteVerb = "create" | "update" | "patch" | "delete";

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
   * The subresources that it writes, such as `status` or `scale`.
   * @default {none}
   */
  readonly subresources?: readonly string[];
}

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

/**
 * Refuses an operation that is not declared.
 *
 * @throws {UndeclaredWriteError} If no declaration covers it. The message shows the missing declaration.
 */
export function checkDeclared(operation: ObjectOperation, declared: readonly DeclaredWrite[]): void {
  const { kind } = operation;
  const subresource = "subresource" in operation ? operation.subresource : undefined;
  const verbs = VERBS[operation.verb];
  const isDeclared = (verb: WriteVerb) =>
    declared.some((write) => isSameResource(write.kind, kind) && covers(write, verb, subresource));
  if (verbs.every(isDeclared)) return;
  const isKindDeclared = declared.some((write) => isSameResource(write.kind, kind));
  const missing = `{ kind: ${kind.kind}, verbs: ${list(verbs)}${
    subresource ? `, subresources: ${list([subresource])}` : ""
  } }`;
  throw new UndeclaredWriteError(
    `Cannot ${describeOperation(operation)} as the controller does not declare that it writes this: ` +
      `add ${isKindDeclared ? "" : `${kind.kind} to "owns", or `}${missing} to "writes"`,
  );
}

function covers({ verbs, subresources }: DeclaredWrite, verb: WriteVerb, subresource: string | undefined): boolean {
  return (verbs?.includes(verb) ?? true) &&
    (subresource === undefined || (subresources?.includes(subresource) ?? false));
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => `"${value}"`).join(", ")}]`;
}

/** Whether two tokens mean the same resource. As in RBAC, the version does not matter. */
export function isSameResource(a: ResourceKind, b: ResourceKind): boolean {
  return a.group === b.group && a.plural === b.plural;
}
