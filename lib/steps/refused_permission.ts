/** Says why a step failed; of what Deno does not permit, also how to permit it. */

import { errorsWithin, isError, isReadable, messageOf } from "../model/mod.ts";

/** What Deno says: `Requires read access to "/etc/shop", run again with the --allow-read flag`. */
const REFUSAL = /^Requires (\w+) access to "([^"]*)",/;

/** The message of what a step threw. If Deno did not permit something, it also says how to permit it. */
export function describeFailure(thrown: unknown): string {
  // The branches of a join have said it already.
  const refusal = errorsWithin(thrown, (error) => error instanceof AggregateError).find(isRefusal);
  const [, kind, value] = REFUSAL.exec(messageOf(refusal)) ?? [];
  if (kind === undefined || value === undefined) return messageOf(thrown);
  const what = refusal === thrown ? `${kind} access to ${JSON.stringify(value)} is not permitted` : messageOf(thrown);
  return `${what}: if it is right, run with --allow-${kind}=${
    value.replaceAll(",", ",,")
  }, and add it to the needs of ` +
    `the operator (${kind}: [${JSON.stringify(value)}])`;
}

function isRefusal(error: unknown): boolean {
  // Code from a host that is not permitted is a TypeError.
  if (!isError(error) || !isReadable(error)) return false;
  return (error.name === "NotCapable" || error.name === "TypeError") && REFUSAL.test(messageOf(error));
}
