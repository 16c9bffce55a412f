/** The verbs that a controller declares for a kind. */

/** The RBAC verbs by which steps read. */
export type ReadVerb = "get" | "list";

/** The RBAC verbs that write. */
export type WriteVerb = "create" | "update" | "patch" | "delete";

/** All verbs that read. */
export const READ_VERBS: readonly ReadVerb[] = ["get", "list"];

/** All verbs that write. */
export const WRITE_VERBS: readonly WriteVerb[] = ["create", "update", "patch", "delete"];
