/** A request to the server: its verb and resource, read from method, path and query. */

import type { RequestOptions } from "../../../kube/mod.ts";
import type { Resource, ResourceRegistry } from "../store/mod.ts";
import { methodNotAllowed, noSuchResource } from "../values/mod.ts";

/** The verb of a request, in Kubernetes' terms. */
export type Verb =
  | "get"
  | "list"
  | "watch"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deletecollection";

/** The requester. */
export interface Requester {
  /** The user's name. */
  readonly user: string;
  /** The program, as in `User-Agent`; the part before the slash is the default field manager. */
  readonly userAgent: string;
}

/** The parts of a path below `/api/v1` or `/apis/GROUP/VERSION`. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** A request for a resource. */
export interface ResourceRequest {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  /** The body as text. */
  readonly body: string | undefined;
  readonly requester: Requester;
  readonly signal: AbortSignal | undefined;
  /** The warnings for the answer. */
  readonly warnings: Set<string>;
}

/** Parses the path of a resource; `undefined` if it has another form. */
export function parsePath(path: string): ResourcePath | undefined {
  const parts = path.split("/").filter((part) => part !== "").map(decodeURIComponent);
  const [group, version, rest] = parts[0] === "api"
    ? ["", parts[1], parts.slice(2)]
    : [parts[1], parts[2], parts.slice(3)];
  if ((parts[0] !== "api" && parts[0] !== "apis") || group === undefined || version === undefined) return undefined;
  if (rest.length === 0) return undefined;
  // /namespaces/NAME/RESOURCE is a resource inside; /namespaces/NAME and its subresources are the namespace itself.
  const inside = rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize";
  const [plural, name, subresource, ...more] = inside ? rest.slice(2) : rest;
  if (plural === undefined || more.length > 0) return undefined;
  return { group, version, plural, namespace: inside ? rest[1] : undefined, name, subresource };
}

/** The verb of a request. @throws {StatusError} If the method does not fit the path. */
export function verbOf(method: RequestOptions["method"], path: ResourcePath, query: URLSearchParams): Verb {
  const named = path.name !== undefined;
  const watching = ["1", "true"].includes(query.get("watch") ?? "");
  switch (method) {
    case "GET":
    case "HEAD":
      return watching ? "watch" : named ? "get" : "list";
    case "POST":
      if (named) throw methodNotAllowed();
      return "create";
    case "DELETE":
      return named ? "delete" : "deletecollection";
    case "PUT":
    case "PATCH":
      if (!named) throw methodNotAllowed();
      return method === "PUT" ? "update" : "patch";
    default:
      throw methodNotAllowed();
  }
}

/** The resource of a path; `undefined` if the server answers as if the path did not exist. */
export function findResource(registry: ResourceRegistry, path: ResourcePath): Resource | undefined {
  const resource = registry.find(path.group, path.version, path.plural);
  if (resource && fits(resource, path)) return resource;
  if (isBuiltinGroup(registry, path.group)) throw noSuchResource();
  return undefined;
}

function isBuiltinGroup(registry: ResourceRegistry, group: string): boolean {
  return registry.all().some((resource) => !resource.custom && resource.group === group);
}

/** Whether a path that belongs to no resource is below a built-in group. */
export function isBelowBuiltin(registry: ResourceRegistry, path: string): boolean {
  const [root, group = "", ...rest] = path.split("/").filter((part) => part !== "");
  if (root === "api") return rest.length > 1;
  return root === "apis" && rest.length > 2 && isBuiltinGroup(registry, group);
}

/** Namespaced resources can be listed and watched everywhere, but only read and written in a namespace. */
function fits(resource: Resource, { namespace, name }: ResourcePath): boolean {
  return resource.namespaced ? namespace !== undefined || name === undefined : namespace === undefined;
}
