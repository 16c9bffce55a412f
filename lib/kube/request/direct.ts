/** A fast path to our own client, without the contract's options, for JSON requests, which are nearly all requests. */

import type { ClusterClient, HttpMethods } from "./client.ts";

/** A JSON request. */
export interface DirectRequest {
  /** The HTTP method. */
  readonly method: HttpMethods;
  /** The path with its query, as in a URL. */
  readonly target: string;
  /** The body, as JSON. */
  readonly body: string | undefined;
  /** The media type of the body. */
  readonly contentType: string | undefined;
  /** Ends the request. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a request and returns the text of the body, whatever it is.
 *
 * @throws What `performRequest` of the same client throws.
 */
export type DirectWay = (request: DirectRequest) => Promise<string>;

const ways = new WeakMap<ClusterClient, { way: DirectWay; performRequest: ClusterClient["performRequest"] }>();

/** Registers the fast path of a client. */
export function openDirectWay(client: ClusterClient, way: DirectWay): void {
  ways.set(client, { way, performRequest: client.performRequest });
}

/**
 * The fast path of a client, if it has one. A client that wraps another has none, nor one whose `performRequest` was
 * replaced: whoever did so must see all requests (`tests/kube/connect/direct_test.ts`).
 */
export function directWayTo(client: ClusterClient): DirectWay | undefined {
  const found = ways.get(client);
  return found && found.performRequest === client.performRequest ? found.way : undefined;
}
