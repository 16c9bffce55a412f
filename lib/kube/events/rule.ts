/** The RBAC rule that an account needs for writing Events. */

/** A rule of an RBAC Role. */
export interface EventsRule {
  /** The API groups. */
  readonly apiGroups: readonly string[];
  /** The plural names of the kinds. */
  readonly resources: readonly string[];
  /** The verbs. */
  readonly verbs: readonly string[];
}

/** The rule for writing Events in the namespaces of the objects, and in `default` for cluster-scoped objects. */
export const EVENTS_RULE: EventsRule = Object.freeze({
  apiGroups: ["events.k8s.io"],
  resources: ["events"],
  verbs: ["create", "patch"],
});
