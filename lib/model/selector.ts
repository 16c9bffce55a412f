/** Label selectors, in both forms that Kubernetes has: equality as a record, and the text of `kubectl -l`. */

/** Which labels an object must have: a record of equal values, or a text such as `app=web,tier in (a,b),!old`. */
export type LabelSelector = string | Readonly<Record<string, string>>;

/** One condition on one label. */
export interface Selector {
  readonly key: string;
  readonly operator: "=" | "!=" | "in" | "notin" | "exists" | "absent";
  readonly values: readonly string[];
}

const SET_BASED = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/;
const EXISTENCE = /^(!?)\s*([^\s=!(),]+)$/;

/**
 * The conditions of a label selector, all of which must hold.
 *
 * @throws {SyntaxError} If a part of the text is not a condition.
 */
export function parseSelector(selector: LabelSelector): readonly Selector[] {
  if (typeof selector !== "string") {
    return Object.entries(selector).map(([key, value]) => ({ key, operator: "=", values: [value] }));
  }
  return splitConditions(selector).map(parseCondition);
}

/** Commas separate conditions, but not inside parentheses. */
function splitConditions(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim()).filter((part) => part !== "");
}

function parseCondition(text: string): Selector {
  const set = SET_BASED.exec(text);
  if (set) {
    return {
      key: set[1]!,
      operator: set[2] as "in" | "notin",
      values: set[3]!.split(",").map((value) => value.trim()),
    };
  }
  const equality = EQUALITY.exec(text);
  if (equality) return { key: equality[1]!, operator: equality[2] === "!=" ? "!=" : "=", values: [equality[3]!] };
  const existence = EXISTENCE.exec(text);
  if (existence) return { key: existence[2]!, operator: existence[1] ? "absent" : "exists", values: [] };
  throw new SyntaxError(
    `Cannot parse label selector as "${text}" is not a condition such as a=b, a!=b, a in (b,c), a notin (b), a or !a`,
  );
}

/** Whether labels meet every condition. As in Kubernetes, `!=` and `notin` hold where the label is absent. */
export function matchesSelector(
  labels: Readonly<Record<string, string>> | undefined,
  selector: readonly Selector[],
): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = labels?.[key];
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
    }
  });
}

/** The text of a label selector, as the API server takes it. */
export function formatSelector(selector: LabelSelector): string {
  if (typeof selector === "string") return selector;
  return Object.entries(selector).map(([key, value]) => `${key}=${value}`).join(",");
}
