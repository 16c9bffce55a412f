/**
 * Requests to the API server: their paths, sending and retrying them, and reading with them. Knows the client only by
 * its contract.
 *
 * @module
 */

export type {
  ClusterClient,
  HttpMethods,
  JSONArray,
  JSONObject,
  JSONPrimitive,
  JSONValue,
  KubernetesTunnel,
  RequestOptions,
  RestClient,
} from "./client.ts";
export { coversName, coversPlace, type Placed, quotedList } from "./declared_objects.ts";
export {
  type AskedRead,
  checkRead,
  type DeclaredRead,
  type PlacedRead,
  UndeclaredReadError,
} from "./declared_reads.ts";
export { type DirectRequest, openDirectWay } from "./direct.ts";
export { listedNamespace, resolveNamespace } from "./namespace.ts";
export { collectionPath, objectPath } from "./paths.ts";
export { getObject, listObjects, liveReadApi } from "./read_live.ts";
export { type KubeRequest, type RequestRecord, send, type Transport } from "./request.ts";
export { asJsonPatch, ofSameObject, type PatchOperationOf } from "./same_object.ts";
