/** A short way to a client of our own, past the contract's options: for requests of JSON, which are nearly all. */

import type { ClusterClient, HttpMethods } from "./client.ts";

/** One request of JSON. */
export interface DirectRequest {
  /** The HTTP method. */
  readonly method: HttpMethods;
  /** The path with its parameters, as a URL has it. */
  readonly target: string;
  /** The body, as JSON. */
  readonly body: string | undefined;
  /** What the body is. */
  readonly contentType: string | undefined;
  /** Ends the request. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks; the answer is the body's text, whatever it says.
 *
 * @throws As `performRequest` of the same client does.
 */
export type DirectWay = (request: DirectRequest) => Promise<string>;

const ways = new WeakMap<ClusterClient, { way: DirectWay; performRequest: ClusterClient["performRequest"] }>();

/** Says that requests to a client may go the short way. */
export function openDirectWay(client: ClusterClient, way: DirectWay): void {
  ways.set(client, { way, performRequest: client.performRequest });
}

/**
 * The short way to a client, if it has one. Not to one that wraps another, and not to one whose `performRequest` was replaced:
 * whoever did so is to see all requests (`tests/kube/connect/direct_test.ts`).
 */
export function directWayTo(client: ClusterClient): DirectWay | undefined {
  const found = ways.get(client);
  return found && found.performRequest === client.performRequest ? found.way : undefined;
}
