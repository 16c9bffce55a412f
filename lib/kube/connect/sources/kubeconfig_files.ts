/** Reads, parses and merges kubeconfig files as kubectl does. */

import { ConnectError, type Host, readFile } from "../found/mod.ts";
import { Field } from "./field.ts";

/** The content of one or several kubeconfig files. Each part knows its file. */
export interface Kubeconfig {
  /** The files, in order. */
  readonly files: readonly string[];
  /** The context to use if none is requested. */
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
}

/** Looks up what has a certain name; fails if that is ambiguous. Called only for entries that are used. */
export type Entry = () => Field;

/**
 * Reads a kubeconfig file.
 *
 * @returns The content; `undefined` if the file does not exist.
 * @throws {ConnectError} If it cannot be read, or is not a kubeconfig.
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

/** Tries JSON, which is also YAML, first: loading the YAML parser would make the start of a process a fifth longer. */
async function parse(text: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // It is not JSON, but YAML like nearly every kubeconfig.
    return await parseYaml(text, file);
  }
}

/** As in kubectl, reads the first of several documents, with merge keys (`<<`). */
async function parseYaml(text: string, file: string): Promise<unknown> {
  const { CORE_SCHEMA, loadAll, mergeTag } = await import("js-yaml");
  try {
    return loadAll(firstDocument(text), { schema: CORE_SCHEMA.withTags(mergeTag) })[0];
  } catch (error) {
    throw new ConnectError(`Cannot use kubeconfig ${file} as it is not valid YAML: ${describeYamlError(error)}`);
  }
}

/** The text up to the line that begins the second document. A line `---` or `...` inside a block of text is indented. */
function firstDocument(text: string): string {
  const lines = text.split(/(?<=\n)/);
  const isMark = (line: string) => /^---(\s|$)/.test(line);
  const begins = lines.findIndex((line) => !/^(\s*(#.*)?|%.*)\s*$/.test(line));
  const ends = lines.findIndex((line, at) => at > begins && isMark(line));
  return begins < 0 || ends < 0 ? text : lines.slice(0, ends).join("");
}

/**
 * The problem and its position, without the text there, which may be a secret. Without the cause, because it quotes the
 * text.
 */
function describeYamlError(error: unknown): string {
  const { message, reason = message.split("\n")[0] } = error as Error & { reason?: string };
  const place = /\(\d+:\d+\)/.exec(message)?.[0];
  // The parser quotes the names of tags, aliases and keys; a secret in the wrong place may look like one.
  const words = reason!.replace(/\s*\(\d+:\d+\).*$/s, "").replace(/["'`<].*$|:\s.*$/s, "").trim();
  return place === undefined ? words : `${words} ${place}`;
}

/** As in kubectl, a file without `kind` and `apiVersion` counts as a kubeconfig. */
function expectText(field: Field, expected: string): void {
  const text = field.text() ?? expected;
  if (text !== expected) field.fail(`is not "${expected}": current value is "${text}"`);
}

/**
 * Skips entries that nobody can ask for: those that are no mapping or have no name. A name that occurs twice is an
 * error when used.
 */
function byName(list: Field, part: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const item of list.items()) {
    if (!item.isMapping) continue;
    const name = item.at("name");
    if (typeof name.value !== "string" || name.value === "") continue;
    const isRepeated = entries.has(name.value);
    entries.set(
      name.value,
      isRepeated ? () => name.fail(`occurs twice: current value is "${name.value}"`) : () => item.at(part),
    );
  }
  return entries;
}

/** Merges files. For each name, and for the current context, the first file that has it counts. */
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
