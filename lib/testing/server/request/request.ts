/** A request to the server: what it is about, read from method, path and query. */

import type { RequestOptions } from "../../../kube/mod.ts";
import type { Resource, ResourceRegistry } from "../store/mod.ts";
import { methodNotAllowed, noSuchResource } from "../values/mod.ts";

/** What a request asks for, as Kubernetes names it. */
export type Verb =
  | "get"
  | "list"
  | "watch"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deletecollection";

/** Who asks. */
export interface Requester {
  /** The user's name. */
  readonly user: string;
  /** The program, as in the header `User-Agent`; the default field manager is its part before the slash. */
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
  /** The body, parsed; for patches that are not JSON yet, the text. */
  readonly body: string | undefined;
  readonly requester: Requester;
  readonly signal: AbortSignal | undefined;
  /** What the answer is to warn of. */
  readonly warnings: Set<string>;
}

/** The resource path of a URL path; `undefined` when it is not of that form. */
export function parsePath(path: string): ResourcePath | undefined {
  const parts = path.split("/").filter((part) => part !== "").map(decodeURIComponent);
  const [group, version, rest] = parts[0] === "api"
    ? ["", parts[1], parts.slice(2)]
    : [parts[1], parts[2], parts.slice(3)];
  if ((parts[0] !== "api" && parts[0] !== "apis") || group === undefined || version === undefined) return undefined;
  if (rest.length === 0) return undefined;
  // /namespaces/NAME/RESOURCE is about what is inside; /namespaces/NAME and its subresources are about the namespace.
  const inside = rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize";
  const [plural, name, subresource, ...more] = inside ? rest.slice(2) : rest;
  if (plural === undefined || more.length > 0) return undefined;
  return { group, version, plural, namespace: inside ? rest[1] : undefined, name, subresource };
}

/** The verb of a request. @throws {StatusError} If the method is not for such a path. */
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

/** The resource of a path; `undefined` when the server answers as if the path did not exist. */
export function findResource(registry: ResourceRegistry, path: ResourcePath): Resource | undefined {
  const resource = registry.find(path.group, path.version, path.plural);
  if (resource && fits(resource, path)) return resource;
  if (isBuiltinGroup(registry, path.group)) throw noSuchResource();
  return undefined;
}

function isBuiltinGroup(registry: ResourceRegistry, group: string): boolean {
  return registry.all().some((resource) => !resource.custom && resource.group === group);
}

/** Whether a path that is no resource's leads below one of a built-in group. */
export function isBelowBuiltin(registry: ResourceRegistry, path: string): boolean {
  const [root, group = "", ...rest] = path.split("/").filter((part) => part !== "");
  if (root === "api") return rest.length > 1;
  return root === "apis" && rest.length > 2 && isBuiltinGroup(registry, group);
}

/** Namespaced resources are listed and watched everywhere, but read and written in a namespace. */
function fits(resource: Resource, { namespace, name }: ResourcePath): boolean {
  return resource.namespaced ? namespace !== undefined || name === undefined : namespace === undefined;
}
