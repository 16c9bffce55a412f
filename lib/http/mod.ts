/**
 * HTTP: metrics and probes as pure functions from a request and a state to a response, and the small server that calls them.
 *
 * Imports the leaves only. It knows no controller: what it shows is passed in as {@link HttpState}. It is read-only.
 *
 * @module
 */

export { respond } from "./respond.ts";
export { type HttpAddress, HttpError, type HttpServer, serveHttp, urlOf } from "./serve_http.ts";
export type { Check, HttpState } from "./state.ts";
