/** Kubeconfig files: read, parsed and merged as kubectl does. */

import { ConnectError, type Host, readFile } from "../found/mod.ts";
import { Field } from "./field.ts";

/** What one or several kubeconfig files say; each part knows the file it stands in. */
export interface Kubeconfig {
  /** The files, in order. */
  readonly files: readonly string[];
  /** The context to use when none is asked for. */
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
}

/** What stands under a name; fails when that is not to be told. Called for what is used, and for nothing else. */
export type Entry = () => Field;

/**
 * Reads a kubeconfig file.
 *
 * @returns What it says; `undefined` when the file is not there.
 * @throws {ConnectError} If it cannot be read, or is no kubeconfig.
 */
export async function readKubeconfig(host: Host, file: string): Promise<Kubeconfig | undefined> {
  const text = await readFile(host, file, `kubeconfig ${file}`);
  if (text === undefined) return undefined;
  const root = new Field(file, "", await parse(text, file));
  expectText(root.at("apiVersion"), "v1");
  expectText(root.at("kind"), "Config");
  return {
    files: [file],
    currentContext: root.at("current-context").text(),
    contexts: byName(root.at("contexts"), "context"),
    clusters: byName(root.at("clusters"), "cluster"),
    users: byName(root.at("users"), "user"),
  };
}

/** JSON is YAML, and read without the parser of YAML: loading that would make the start of a process a fifth longer. */
async function parse(text: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: nearly every kubeconfig is YAML of the other sort.
    return await parseYaml(text, file);
  }
}

/** As kubectl does: of several documents the first, whatever the others are, and with merge keys (`<<`). */
async function parseYaml(text: string, file: string): Promise<unknown> {
  const { CORE_SCHEMA, loadAll, mergeTag } = await import("js-yaml");
  try {
    return loadAll(firstDocument(text), { schema: CORE_SCHEMA.withTags(mergeTag) })[0];
  } catch (error) {
    throw new ConnectError(`Cannot use kubeconfig ${file} as it is not valid YAML: ${describeYamlError(error)}`);
  }
}

/** The text up to the line that begins the second document. A line `---` or `...` in a block of text is indented. */
function firstDocument(text: string): string {
  const lines = text.split(/(?<=\n)/);
  const isMark = (line: string) => /^---(\s|$)/.test(line);
  const begins = lines.findIndex((line) => !/^(\s*(#.*)?|%.*)\s*$/.test(line));
  const ends = lines.findIndex((line, at) => at > begins && isMark(line));
  return begins < 0 || ends < 0 ? text : lines.slice(0, ends).join("");
}

/** What is wrong and where, without what stands there, which may be a secret. No cause, as it has the same words. */
function describeYamlError(error: unknown): string {
  const { message, reason = message.split("\n")[0] } = error as Error & { reason?: string };
  const place = /\(\d+:\d+\)/.exec(message)?.[0];
  // The parser quotes names of tags, aliases and keys; a value in the wrong place looks like one.
  const words = reason!.replace(/\s*\(\d+:\d+\).*$/s, "").replace(/["'`<].*$|:\s.*$/s, "").trim();
  return place === undefined ? words : `${words} ${place}`;
}

/** As kubectl does, a file that does not say what it is is taken for a kubeconfig. */
function expectText(field: Field, expected: string): void {
  const text = field.text() ?? expected;
  if (text !== expected) field.fail(`is not "${expected}": current value is "${text}"`);
}

/** What nobody can ask for does not matter: entries that are no mapping or have no name. Those of a name that two have do. */
function byName(list: Field, part: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const item of list.items()) {
    if (!item.isMapping) continue;
    const name = item.at("name");
    if (typeof name.value !== "string" || name.value === "") continue;
    const isRepeated = entries.has(name.value);
    entries.set(
      name.value,
      isRepeated ? () => name.fail(`is there twice: current value is "${name.value}"`) : () => item.at(part),
    );
  }
  return entries;
}

/** Merges files: of each name, and of the current context, the first file that has it counts. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const merge = (part: "contexts" | "clusters" | "users") =>
    new Map(configs.toReversed().flatMap((config) => [...config[part]]));
  return {
    files: configs.flatMap(({ files }) => files),
    currentContext: configs.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    contexts: merge("contexts"),
    clusters: merge("clusters"),
    users: merge("users"),
  };
}
