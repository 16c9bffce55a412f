/** The server: routes a request to its handler, and runs the controllers. */

import type { RequestOptions } from "../../kube/mod.ts";
import type { Clock, Random } from "../../time/mod.ts";
import {
  type Answer,
  answerDiscovery,
  findResource,
  isBelowBuiltin,
  jsonAnswer,
  PAGE_NOT_FOUND,
  parsePath,
  type Requester,
  type ResourceRequest,
  verbOf,
} from "./request/mod.ts";
import { builtinResources } from "./builtin/mod.ts";
import {
  ClaimController,
  ControllerQueue,
  CrdController,
  GarbageCollector,
  NamespaceController,
} from "./controllers/mod.ts";
import { type Admission, type Resource, ResourceRegistry, type ServerContext, Store, type Table } from "./store/mod.ts";
import {
  answerScale,
  createObject,
  deleteCollection,
  deleteObject,
  finalizeNamespace,
  getObject,
  listObjects,
  patchObject,
  updateObject,
} from "./verbs/mod.ts";
import { methodNotAllowed, noSuchResource, notFound, StatusError } from "./values/mod.ts";
import { WatchHub } from "./watch/mod.ts";

/** What a server needs. */
export interface ServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly historySize: number;
  readonly bookmarkInterval: number;
  readonly controllerDelay: number;
  readonly admit: (admission: Admission) => void;
}

/** A request as a client makes it, with its body as text. */
export interface WireRequest {
  /** The verb of HTTP. */
  readonly method: RequestOptions["method"];
  /** The path, without the query. */
  readonly path: string;
  /** The query. */
  readonly query: URLSearchParams;
  /** The requested representations, as in `Accept`. */
  readonly accept: string;
  /** The media type of the body; empty if there is none. */
  readonly contentType: string;
  /** The body. */
  readonly body: string | undefined;
  /** The requester. */
  readonly requester: Requester;
  /** Ends a watch. */
  readonly signal: AbortSignal | undefined;
}

/** A parsed request: its resource, or none if the path belongs to no resource. */
export interface ReadRequest {
  readonly wire: WireRequest;
  readonly resource: ResourceRequest | undefined;
}

/** An API server in memory. Answers synchronously and in order. */
export class Server implements ServerContext {
  readonly store: Store;
  readonly registry: ResourceRegistry = new ResourceRegistry();
  readonly clock: Clock;
  readonly random: Random;
  readonly watches: WatchHub;
  readonly admit: (admission: Admission) => void;
  readonly #tables = new Map<string, Table>();
  readonly #queue: ControllerQueue;

  /** @param options The options. */
  constructor(options: ServerOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.admit = options.admit;
    this.store = new Store(options.historySize);
    for (const resource of builtinResources()) {
      this.registry.add(resource);
      this.tableOf(resource);
    }
    this.watches = new WatchHub(this, options.bookmarkInterval);
    this.#queue = new ControllerQueue(options.clock, options.controllerDelay);
    new CrdController(this, this.#queue);
    new NamespaceController(this, this.#queue);
    new GarbageCollector(this, this.#queue);
    new ClaimController(this, this.#queue);
  }

  /** The table of a resource; created if it does not exist. */
  tableOf({ table: name }: Resource): Table {
    let table = this.#tables.get(name);
    if (!table) this.#tables.set(name, table = this.store.open(name));
    return table;
  }

  /** Removes a table and ends the watches on it. */
  dropTable(resource: Resource): void {
    this.store.drop(this.tableOf(resource));
    this.#tables.delete(resource.table);
    this.watches.cut({ group: resource.group, plural: resource.plural });
  }

  /** Parses a request. @throws {StatusError} If it is invalid. */
  read(wire: WireRequest): ReadRequest {
    const path = parsePath(wire.path);
    const found = path && findResource(this.registry, path);
    if (!path && isBelowBuiltin(this.registry, wire.path)) throw noSuchResource();
    if (!path || !found) return { wire, resource: undefined };
    const { query, accept, contentType, body, requester, signal } = wire;
    const verb = verbOf(wire.method, path, query);
    const { namespace, name, subresource } = path;
    return {
      wire,
      resource: {
        verb,
        resource: found,
        namespace,
        name,
        subresource,
        query,
        accept,
        contentType,
        body,
        requester,
        signal,
        warnings: new Set(found.deprecation === undefined ? [] : [found.deprecation]),
      },
    };
  }

  /** Answers a request. Errors are returned as answers. */
  answer(read: ReadRequest): Answer {
    const answer = this.#answerOrError(read);
    const warnings = read.resource?.warnings;
    return warnings && warnings.size > 0 ? { ...answer, warnings: [...warnings] } : answer;
  }

  #answerOrError(read: ReadRequest): Answer {
    try {
      return this.#answer(read);
    } catch (error) {
      if (error instanceof StatusError) return jsonAnswer(error.httpCode, JSON.stringify(error.status));
      throw error;
    }
  }

  #answer({ wire, resource: request }: ReadRequest): Answer {
    if (!request) return wire.method === "GET" ? answerDiscovery(this.registry, wire.path) : PAGE_NOT_FOUND;
    if (request.resource.custom && request.resource.namespaced && request.verb === "create" && !request.namespace) {
      return PAGE_NOT_FOUND;
    }
    return request.subresource === undefined ? this.#answerMain(request) : this.#answerSubresource(request);
  }

  /** Ends all watches and stops the controllers. */
  close(): void {
    this.#queue.close();
    this.watches.thaw();
    this.watches.cut();
  }

  #answerMain(request: ResourceRequest): Answer {
    switch (request.verb) {
      case "get":
        return getObject(this, request);
      case "list":
        return listObjects(this, request);
      case "watch":
        return this.watches.open(request);
      case "create":
        return createObject(this, request);
      case "update":
        return updateObject(this, request);
      case "patch":
        return patchObject(this, request);
      case "delete":
        return deleteObject(this, request);
      case "deletecollection":
        return deleteCollection(this, request);
    }
  }

  #answerSubresource(request: ResourceRequest): Answer {
    const { resource, subresource, verb, name } = request;
    if (subresource === "finalize" && resource.kind === "Namespace" && verb === "update") {
      return finalizeNamespace(this, request);
    }
    if (subresource === "scale" && resource.scale) return answerScale(this, request, resource.scale);
    if (subresource !== "status" || !resource.status) {
      throw resource.custom ? notFound(resource, name!) : noSuchResource();
    }
    if (verb === "get") return getObject(this, request);
    if (verb === "update") return updateObject(this, request);
    if (verb === "patch") return patchObject(this, request);
    throw methodNotAllowed();
  }
}
