/**
 * Requests to the cluster that was found, over the wire or by `fetch`, to nobody but a server that is vouched for.
 *
 * @module
 */

export { Transport } from "./transport.ts";
