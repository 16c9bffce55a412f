/**
 * A policy of the API server that keeps an operator's account to what its controllers declare.
 *
 * @module
 */

export { type PolicyManifest, policyOf, type PolicyOptions } from "./policy_of.ts";
