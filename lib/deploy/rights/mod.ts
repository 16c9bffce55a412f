/**
 * The rules of RBAC that an operator needs, computed from what its controllers declare.
 *
 * @module
 */

export type { PolicyRule } from "./policy_rule.ts";
export { type Rights, rightsOf, type RightsOptions } from "./rights_of.ts";
