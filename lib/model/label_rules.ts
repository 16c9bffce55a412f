/** The rules for keys and values of labels, with the API server's own error texts. */

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_NAME = 63;
const LONGEST_PREFIX = 253;

const NAME_WORDS =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with a label's key, `example.dev/name` or `name`; `undefined` if nothing is. */
export function labelKeyProblem(key: string): string | undefined {
  const parts = key.split("/");
  if (parts.length > 2) {
    return `a valid label key ${NAME_WORDS} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  }
  const problems = parts.length === 2 ? prefixProblems(parts[0]!) : [];
  const name = parts.at(-1)!;
  if (name === "") problems.push("name part must be non-empty");
  else if (bytesOf(name) > LONGEST_NAME) problems.push(`name part ${tooLong(LONGEST_NAME)}`);
  if (!NAME.test(name)) problems.push(`name part ${NAME_WORDS}`);
  return together(problems);
}

function prefixProblems(prefix: string): string[] {
  if (prefix === "") return ["prefix part must be non-empty"];
  const problems: string[] = [];
  if (bytesOf(prefix) > LONGEST_PREFIX) problems.push(`prefix part ${tooLong(LONGEST_PREFIX)}`);
  if (!SUBDOMAIN.test(prefix)) problems.push(`prefix part ${SUBDOMAIN_WORDS}`);
  return problems;
}

/** What is wrong with a label's value; `undefined` if nothing is. */
export function labelValueProblem(value: string): string | undefined {
  const problems: string[] = [];
  if (bytesOf(value) > LONGEST_NAME) problems.push(tooLong(LONGEST_NAME));
  if (value !== "" && !NAME.test(value)) problems.push(VALUE_WORDS);
  return together(problems);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function tooLong(most: number): string {
  return `must be no more than ${most} bytes`;
}

function together(problems: readonly string[]): string | undefined {
  return problems.length === 0 ? undefined : problems.join("; ");
}
