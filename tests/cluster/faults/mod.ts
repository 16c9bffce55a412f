/**
 * A proxy between an operator and a real API server that does what networks and gateways do: resets, half-open connections,
 * late delivery, odd answers. It counts what arrives, so that a test can say "once".
 *
 * operator → `gate.ts` (bytes: cut, stalled, forgotten) → `proxy.ts` (TLS and requests: `faults.ts`) → API server
 *
 * @module
 */

export type { Arrival, Fault, FaultRule } from "./faults.ts";
export { FaultProxy, startFaultProxy } from "./proxy.ts";
