/** Performs one write outside of a Run, for tests and tools. */

import type { KubeObject, ResourceKind } from "../../model/mod.ts";
import { ofSameObject, resolveNamespace, send, type Transport } from "../request/mod.ts";
import type { ObjectOperation } from "./declared_writes.ts";
import { completeDraft } from "./draft.ts";
import { toRequest } from "./write_request.ts";

/** Options of {@link writeAlone}. */
export interface WriteAloneOptions {
  /** The field manager that the API server records. */
  readonly fieldManager: string;
  /** The default namespace. */
  readonly namespace: string;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one write, once, as every write. If the target is an object that was read, the API server refuses when another one has
 * its name.
 *
 * @returns The API server's answer.
 * @throws {TypeError} If the operation is invalid.
 * @throws {ApiError} If the API server refuses.
 * @throws {ConnectionError} If there is no answer.
 */
export async function writeAlone(
  transport: Transport,
  operation: ObjectOperation,
  { fieldManager, namespace, signal }: WriteAloneOptions,
): Promise<unknown> {
  return await send(transport, toRequest(complete(operation, namespace), fieldManager, signal));
}

function complete(operation: ObjectOperation, fallback: string): ObjectOperation {
  const { kind } = operation;
  switch (operation.verb) {
    case "create":
    case "apply": {
      const object = completeDraft(kind, operation.object, fallback);
      if (operation.verb === "create" || object.metadata.name) return { ...operation, object };
      throw new TypeError(`Cannot apply a ${kind.kind} as server-side apply needs metadata.name`);
    }
    case "replace":
      return { ...operation, object: completeDraft(kind, operation.object, fallback) as KubeObject };
    case "patch": {
      const placed = { ...operation, target: place(kind, operation.target, fallback) };
      return placed.decidedOn ? ofSameObject(placed, placed.decidedOn) : placed;
    }
    case "remove":
      return { ...operation, target: place(kind, operation.target, fallback) };
  }
}

function place(kind: ResourceKind, { name, namespace }: { name: string; namespace?: string }, fallback: string) {
  const resolved = resolveNamespace(kind, namespace, fallback);
  return resolved === undefined ? { name } : { name, namespace: resolved };
}
