/** Label selectors in both of Kubernetes' forms: a record of equal values, and the text of `kubectl -l`. */

import { parseInt64 } from "./int64.ts";
import { labelKeyProblem, labelValueProblem } from "./label_rules.ts";
import { SelectorError } from "./selector_error.ts";
import { type Selector, SelectorParser } from "./selector_parser.ts";

/**
 * A label selector: a record of equal values, or a text in Kubernetes' grammar, such as
 * `app=web,tier in (a,b),!old,replicas>2`. Conditions are joined by commas, and all must hold.
 */
export type LabelSelector = string | Readonly<Record<string, string>>;

/**
 * Parses a label selector into conditions, all of which must hold. An empty list selects everything.
 *
 * It accepts exactly what the API server accepts: if the two understood a selector differently, objects would be missed.
 *
 * @throws {SelectorError} If the API server would refuse the selector.
 */
export function parseSelector(selector: LabelSelector): readonly Selector[] {
  return typeof selector === "string" ? new SelectorParser(selector).parse() : conditionsOf(selector);
}

function conditionsOf(record: Readonly<Record<string, string>>): Selector[] {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw new SelectorError(String(record), "a text or a record of labels", `current type is ${typeof record}`);
  }
  return Object.entries(record).map(([key, value]): Selector => {
    const problem = labelKeyProblem(key);
    if (problem) throw new SelectorError(key, "a label's key", problem);
    if (typeof value !== "string") {
      throw new SelectorError(
        `${key}: ${value}`,
        "a label and its value",
        `current type of the value is ${typeof value}`,
      );
    }
    const valueProblem = labelValueProblem(value);
    if (valueProblem) throw new SelectorError(value, `a value of the label ${key}`, valueProblem);
    return { key, operator: "=", values: [value] };
  });
}

/**
 * Whether labels meet all conditions. As in Kubernetes, `!=` and `notin` also hold if the label is absent, and `>` and `<` only
 * if its value is an integer.
 */
export function matchesSelector(
  labels: Readonly<Record<string, string>> | undefined,
  selector: readonly Selector[],
): boolean {
  return selector.every((condition) => {
    const { key, operator, values } = condition;
    // Own properties only: `constructor` is a legal label key, and every object inherits a property of that name.
    const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case "exists":
        return value !== undefined;
      case "absent":
        return value === undefined;
      case "=":
      case "in":
        return value !== undefined && values.includes(value);
      case "!=":
      case "notin":
        return value === undefined || !values.includes(value);
      case ">":
      case "<":
        return value !== undefined && isBeyond(value, operator, values[0]!);
    }
  });
}

function isBeyond(value: string, operator: ">" | "<", bound: string): boolean {
  const number = parseInt64(value);
  const limit = parseInt64(bound);
  if (number === undefined || limit === undefined) return false;
  return operator === ">" ? number > limit : number < limit;
}

/**
 * Formats a label selector for the API server.
 *
 * @throws {SelectorError} If the selector is invalid. For example, `{ app: "a,b" }` would become a text with another meaning.
 */
export function formatSelector(selector: LabelSelector): string {
  const conditions = parseSelector(selector);
  if (typeof selector === "string") return selector;
  return conditions.map(({ key, values: [value] }) => `${key}=${value}`).join(",");
}
