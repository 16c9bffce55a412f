/** Validates roles and role bindings. */

import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  invalidValue,
  isSame,
  nameErrors,
  notSupported,
  required,
  type ServerObject,
} from "../values/mod.ts";
import { itemsOf, selectorErrors } from "./checks.ts";

const GROUP = "rbac.authorization.k8s.io";

/** What is wrong with a role. */
export function role({ kind, rules, aggregationRule }: ServerObject): FieldError[] {
  const selectors = itemsOf(fieldsOf(aggregationRule).clusterRoleSelectors, "aggregationRule.clusterRoleSelectors");
  return [
    ...itemsOf(rules, "rules").flatMap((rule) => ruleErrors(rule, kind === "Role")),
    ...selectors.flatMap(([selector, at]) => selectorErrors(selector, at)),
  ];
}

function ruleErrors(
  [{ verbs, apiGroups, resources, nonResourceURLs: urls }, at]: [Fields, string],
  namespaced: boolean,
) {
  const errors: FieldError[] = [];
  const given = (value: unknown) => arrayOf(value).length > 0;
  if (!given(verbs)) errors.push(required(`${at}.verbs`, "verbs must contain at least one value"));
  if (given(urls)) {
    const field = `${at}.nonResourceURLs`;
    if (namespaced) errors.push(invalidValue(field, urls, "namespaced rules cannot apply to non-resource URLs"));
    if (given(apiGroups) || given(resources)) {
      errors.push(invalidValue(field, urls, "rules cannot apply to both regular resources and non-resource URLs"));
    }
    return errors;
  }
  if (!given(apiGroups)) errors.push(required(`${at}.apiGroups`, "resource rules must supply at least one api group"));
  if (!given(resources)) errors.push(required(`${at}.resources`, "resource rules must supply at least one resource"));
  return errors;
}

/** What is wrong with a binding. */
export function binding({ kind, roleRef, subjects }: ServerObject, old: ServerObject | undefined): FieldError[] {
  const reference = fieldsOf(roleRef);
  const errors: FieldError[] = [];
  if (reference.apiGroup !== GROUP) errors.push(notSupported("roleRef.apiGroup", reference.apiGroup, [GROUP]));
  const kinds = kind === "ClusterRoleBinding" ? ["ClusterRole"] : ["Role", "ClusterRole"];
  if (!kinds.includes(String(reference.kind))) errors.push(notSupported("roleRef.kind", reference.kind ?? "", kinds));
  if (!reference.name) errors.push(required("roleRef.name"));
  else errors.push(...nameErrors(String(reference.name), "path", "roleRef.name"));
  errors.push(...itemsOf(subjects, "subjects").flatMap((subject) => subjectErrors(subject, kind === "RoleBinding")));
  if (!old || isSame(old.roleRef, roleRef)) return errors;
  return [...errors, invalidValue("roleRef", roleRef, "cannot change roleRef")];
}

function subjectErrors([{ kind, name, apiGroup, namespace }, at]: [Fields, string], namespaced: boolean): FieldError[] {
  if (!name) return [required(`${at}.name`)];
  switch (kind) {
    case "ServiceAccount": {
      const errors = nameErrors(String(name), "subdomain", `${at}.name`);
      if (apiGroup) errors.push(notSupported(`${at}.apiGroup`, apiGroup, [""]));
      return namespace || namespaced ? errors : [...errors, required(`${at}.namespace`)];
    }
    case "User":
    case "Group":
      return apiGroup === GROUP ? [] : [notSupported(`${at}.apiGroup`, apiGroup, [GROUP])];
    default:
      return [notSupported(`${at}.kind`, kind, ["ServiceAccount", "User", "Group"])];
  }
}
