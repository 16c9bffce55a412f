/**
 * The wire: HTTP/1.1 to one server over connections that are kept, as cheap as Deno's sockets allow. Each request leaves once;
 * whoever waits for its answer is told whether it may have been carried out.
 *
 * @module
 */

export { type Answer, type Meter, type Pieces, piecesOf } from "./answer.ts";
export { dial, dialForNode } from "./dial.ts";
export { WireError, type WireFailure } from "./errors.ts";
export { drawFirstRandom } from "./first_random.ts";
export { LIMITS, type Limits } from "./limits.ts";
export { HeaderLines, type WireRequest } from "./request_bytes.ts";
export { type Address, addressOf, type Socket, type TlsOptions } from "./socket.ts";
export { type Proxy, proxyName } from "./tunnel.ts";
export { Wire, type WireOptions } from "./wire.ts";
