/** The JSON paths of printer columns: `.spec.image`, `.status.conditions[?(@.type=="Ready")].status`. */

import { isFields, own } from "./json.ts";

type Step = (values: unknown[]) => unknown[];

const NAME = /^\.?((?:[^.[\]\\]|\\.)+)/;
const INDEX = /^\[(-?\d+)\]/;
const QUOTED = /^\[(?:'([^']*)'|"([^"]*)")\]/;
const ALL = /^(?:\[\*\]|\.\*)/;
const FILTER = /^\[\?\(\s*@((?:\.[\w-]+)+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|(true|false|-?\d+(?:\.\d+)?))\s*\)\]/;

/** The values at a path; none if there are none, or the path has an unsupported form. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let rest = path.trim().replace(/^\{|\}$/g, "");
  let values = [value];
  while (rest !== "" && rest !== ".") {
    const next = stepOf(rest);
    if (!next) return [];
    values = next.step(values);
    rest = rest.slice(next.length);
  }
  return values;
}

function stepOf(rest: string): { step: Step; length: number } | undefined {
  for (const [form, make] of FORMS) {
    const match = form.exec(rest);
    if (match) return { step: make(match), length: match[0].length };
  }
  return undefined;
}

const FORMS: readonly (readonly [RegExp, (match: RegExpExecArray) => Step])[] = [
  [FILTER, (match) => filtering(match)],
  [INDEX, ([, index]) => (values) => values.flatMap((value) => at(value, Number(index)))],
  [ALL, () => (values) => values.flatMap((value) => typeof value === "object" && value ? Object.values(value) : [])],
  [QUOTED, ([, single, double]) => field(unescaped(single ?? double!))],
  [NAME, ([, name]) => field(unescaped(name!))],
];

function unescaped(name: string): string {
  return name.replace(/\\(.)/g, "$1");
}

function at(value: unknown, index: number): unknown[] {
  return Array.isArray(value) && value.at(index) !== undefined ? [value.at(index)] : [];
}

function field(name: string): Step {
  return (values) =>
    values.flatMap((value) => {
      const found = isFields(value) ? own(value, name) : undefined;
      return found === undefined ? [] : [found];
    });
}

function filtering([, path, operator, double, single, bare]: RegExpExecArray): Step {
  const wanted = bare === undefined ? double ?? single! : bare;
  const fits = (item: unknown) => {
    const [found] = valuesAt(item, path!);
    return (found !== undefined && String(found) === wanted) === (operator === "==");
  };
  return (values) => values.flatMap((value) => Array.isArray(value) ? value.filter(fits) : []);
}
