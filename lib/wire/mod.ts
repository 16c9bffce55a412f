/**
 * The wire: an HTTP/1.1 client for one server, with keep-alive connections, directly on Deno's sockets. It sends each request
 * once and never retries; an error says whether the server may have carried the request out.
 *
 * @module
 */

export { type Answer, type Meter, piecesOf } from "./answer.ts";
export { dial, dialForNode } from "./dial.ts";
export { WireError } from "./errors.ts";
export { drawFirstRandom } from "./first_random.ts";
export { LIMITS, type Limits } from "./limits.ts";
export { HeaderLines, type WireRequest } from "./request_bytes.ts";
export { addressOf, type Socket, type TlsOptions } from "./socket.ts";
export { type Proxy, proxyName } from "./tunnel.ts";
export { Wire, type WireOptions } from "./wire.ts";
