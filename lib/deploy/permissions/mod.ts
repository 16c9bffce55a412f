/**
 * The permissions of Deno that an operator's process needs: computed, written down for `deno run` and `deno compile`, and
 * revoked when they are spent.
 *
 * @module
 */

export {
  assertOwnPermissions,
  type OperatorNeeds,
  operatorPermissions,
  type OperatorPermissionsOptions,
} from "./operator_permissions.ts";
export { type PermissionSet, permissionSet } from "./permission_set.ts";
export { describeKept, type KeptPermissions, revokeExcept } from "./revoke.ts";
