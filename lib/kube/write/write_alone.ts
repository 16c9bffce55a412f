/** One write by itself, outside of any Run: for whoever holds a client, as tests and tools do. */

import type { KubeObject, ResourceKind } from "../../model/mod.ts";
import { ofSameObject, resolveNamespace, send, type Transport } from "../request/mod.ts";
import type { ObjectOperation } from "./declared_writes.ts";
import { completeDraft } from "./draft.ts";
import { toRequest } from "./write_request.ts";

/** What a write that stands alone goes by. */
export interface WriteAloneOptions {
  /** Who the API server notes as the manager of the fields that are written. */
  readonly fieldManager: string;
  /** The namespace that is meant where none is given. */
  readonly namespace: string;
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one write. It leaves once, as every write does; what was decided on an object that was read is done to that object or to
 * none.
 *
 * @returns The API server's answer.
 * @throws {TypeError} If it cannot be meant as it stands.
 * @throws {ApiError} If the API server says no.
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
