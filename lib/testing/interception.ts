/** Interceptors between clients and the embedded cluster: they refuse requests, delay them, or lose answers. */

import type { ReadRequest, ResourceRequest } from "./server/mod.ts";

/** A request, as interceptors and listeners see it. */
export interface InterceptedRequest {
  /**
   * `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`; for other paths the method in
   * lower case.
   */
  readonly verb: string;
  /** The API group; `""` is the core group. */
  readonly group: string;
  /** The resource's name in URLs, such as `configmaps`; for other paths the path. */
  readonly resource: string;
  /** The namespace, if one was named. */
  readonly namespace: string | undefined;
  /** The object's name, if one was named. */
  readonly name: string | undefined;
  /** The subresource, if one was named. */
  readonly subresource: string | undefined;
  /** The requesting user. */
  readonly user: string;
  /** The query of the request. */
  readonly query: URLSearchParams;
  /** The body of the request, as text. */
  readonly body: string | undefined;
}

/**
 * Stands between clients and the cluster. The client gets what it throws: a {@link StatusError} is an answer of the API
 * server, any other error a broken connection. To delay a request, return a promise.
 */
export interface Interceptor {
  /** Called before the request is performed. If it throws, the request is not performed. */
  before?: (request: InterceptedRequest) => void | Promise<void>;
  /** Called after the request was performed, with the status code of the answer. If it throws, the answer is lost. */
  after?: (request: InterceptedRequest, code: number) => void | Promise<void>;
}

/** The interceptors of a cluster, in the order in which they were added. */
export class Interceptors {
  readonly #interceptors = new Set<Interceptor>();

  /** Adds an interceptor; it stays until the returned value is disposed of. */
  add(interceptor: Interceptor): Disposable {
    this.#interceptors.add(interceptor);
    return { [Symbol.dispose]: () => void this.#interceptors.delete(interceptor) };
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#interceptors.size === 0;
  }

  /** Calls all interceptors before the request. */
  async before(request: InterceptedRequest): Promise<void> {
    for (const { before } of this.#interceptors) await before?.(request);
  }

  /** Calls all interceptors after the request. */
  async after(request: InterceptedRequest, code: number): Promise<void> {
    for (const { after } of this.#interceptors) await after?.(request, code);
  }
}

/** Describes a request for interceptors. */
export function describeRequest({ wire, resource }: ReadRequest): InterceptedRequest {
  const { query, body, requester: { user } } = wire;
  if (resource) return { ...describeResource(resource), user, query, body };
  const nothing = { namespace: undefined, name: undefined, subresource: undefined };
  return { verb: wire.method.toLowerCase(), group: "", resource: wire.path, ...nothing, user, query, body };
}

function describeResource({ verb, resource: { group, plural }, namespace, name, subresource }: ResourceRequest) {
  return { verb, group, resource: plural, namespace, name, subresource };
}
