/** Kubeconfig files: read, parsed and merged as kubectl does. */

import { ConnectError } from "./errors.ts";
import { Field } from "./field.ts";
import { type Host, readFile } from "./host.ts";

/** What one or several kubeconfig files say; each part knows the file it stands in. */
export interface Kubeconfig {
  /** The files, in order. */
  readonly files: readonly string[];
  /** The context to use when none is asked for. */
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Field>;
  readonly clusters: ReadonlyMap<string, Field>;
  readonly users: ReadonlyMap<string, Field>;
}

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

async function parseYaml(text: string, file: string): Promise<unknown> {
  const { loadAll } = await import("js-yaml");
  let documents: readonly unknown[];
  try {
    documents = loadAll(text);
  } catch (error) {
    // Only the first line, and no cause: the rest shows the text, which may be a secret.
    const [problem] = (error as Error).message.split("\n");
    throw new ConnectError(`Cannot use kubeconfig ${file} as it is no YAML: ${problem}`);
  }
  if (documents.length > 1) {
    throw new ConnectError(
      `Cannot use kubeconfig ${file} as it must be one document: current value is ${documents.length}`,
    );
  }
  return documents[0];
}

/** As kubectl does, a file that does not say what it is is taken for a kubeconfig. */
function expectText(field: Field, expected: string): void {
  const text = field.text() ?? expected;
  if (text !== expected) field.fail(`is not "${expected}": current value is "${text}"`);
}

function byName(list: Field, part: string): Map<string, Field> {
  const entries = new Map<string, Field>();
  for (const item of list.items()) {
    const name = item.at("name").requiredText();
    if (entries.has(name)) item.at("name").fail(`is there twice: current value is "${name}"`);
    entries.set(name, item.at(part));
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
