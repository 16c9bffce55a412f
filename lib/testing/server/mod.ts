/**
 * The API server in memory: turns requests into answers and watches, and runs the controllers that a real one contains.
 * It does not know clients.
 *
 * @module
 */

export { type Answer, type AnswerHead, jsonAnswer, type Requester, type ResourceRequest } from "./request/mod.ts";
export { type ReadRequest, Server, type ServerOptions, type WireRequest } from "./server.ts";
export type { Admission } from "./store/mod.ts";
export {
  copyOf,
  type Fields,
  forbidden,
  type ManagedFieldsEntry,
  type ServerMeta,
  type ServerObject,
  type Status,
  type StatusCause,
  type StatusDetails,
  StatusError,
} from "./values/mod.ts";
export type { WatchFilter } from "./watch/mod.ts";
