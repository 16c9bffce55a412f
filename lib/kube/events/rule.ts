/** What an account needs to be allowed so that Events can be written. */

/** A rule of a Role, as RBAC has it. */
export interface EventsRule {
  /** The API groups. */
  readonly apiGroups: readonly string[];
  /** The plural names of the kinds. */
  readonly resources: readonly string[];
  /** The verbs. */
  readonly verbs: readonly string[];
}

/** The rule that Events take, in the namespaces of the objects; in `default` for objects without a namespace. */
export const EVENTS_RULE: EventsRule = Object.freeze({
  apiGroups: ["events.k8s.io"],
  resources: ["events"],
  verbs: ["create", "patch"],
});
