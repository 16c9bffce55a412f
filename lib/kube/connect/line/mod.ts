/**
 * Sends requests to the located cluster, over the wire or by `fetch`, and only to a server that an authority vouches
 * for.
 *
 * @module
 */

export { Transport } from "./transport.ts";
