/** The verbs that a controller declares for a kind. */

/** The RBAC verbs by which steps read. */
export type ReadVerb = "get" | "list";

/** The RBAC verbs that write. */
export type WriteVerb = "create" | "update" | "patch" | "delete";
