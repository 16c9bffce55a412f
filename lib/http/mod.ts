/**
 * HTTP: metrics and probes, as pure functions from a request and a state to a response, and the small server that hands
 * requests to them.
 *
 * Imports the leaves only. It knows no controller: what it shows is handed in as {@link HttpState}. It only looks.
 *
 * @module
 */

export { respond } from "./respond.ts";
export { type HttpAddress, HttpError, type HttpServer, serveHttp, urlOf } from "./serve_http.ts";
export type { Check, HttpState } from "./state.ts";
