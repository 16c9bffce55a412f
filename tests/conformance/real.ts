/** The conformance cases, on a real API server. */

import type { RestClient } from "@cloudydeno/kubernetes-client";
import { CASES } from "./cases.ts";
import { define, definition, runCase, undefine, unique } from "./target.ts";

/** A case that did not end as it should, and why. */
export interface CaseFailure {
  readonly name: string;
  readonly error: unknown;
}

/** What a run of the cases has shown. */
export interface CaseReport {
  readonly passed: number;
  readonly failures: readonly CaseFailure[];
}

/**
 * Runs the cases, four at a time.
 *
 * @param client The cluster.
 * @param which Those that need nobody but the API server, which controllers would only disturb, or those that need
 * controllers to collect garbage and to empty namespaces.
 */
export async function runOnReal(client: RestClient, which: "alone" | "with controllers"): Promise<CaseReport> {
  const widgets = await define(client, definition(`${unique("conformance")}.dev`, "widgets", "Widget"));
  const all = Object.entries(CASES).flatMap(([group, cases]) =>
    cases.map((each) => ({ ...each, name: `${group}: ${each.name}` }))
  );
  const queue = all.filter(({ needs }) => (needs === "controllers") === (which === "with controllers"));
  const failures: CaseFailure[] = [];
  let passed = 0;
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { name } = next;
      await runCase(client, widgets, next).then(() => passed++, (error) => failures.push({ name, error }));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  await undefine(client, widgets);
  return { passed, failures };
}
