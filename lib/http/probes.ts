/** The probes: `/livez` (restart the process?) and `/readyz` (is it working?). */

import type { Check, HttpState } from "./state.ts";

/** Answers 200 if all readiness checks pass, else 503; with a line for each check. */
export function readyz(_request: Request, state: HttpState): Response {
  return answer(state.readiness());
}

/** Answers 200 if all liveness checks pass, else 503; with a line for each check. */
export function livez(_request: Request, state: HttpState): Response {
  return answer(state.liveness());
}

function answer(checks: readonly Check[]): Response {
  const isWell = checks.every(({ problem }) => problem === undefined);
  const lines = checks.map(({ name, problem }) => problem === undefined ? `[+] ${name}` : `[-] ${name}: ${problem}`);
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response([...lines, isWell ? "ok" : "not ok", ""].join("\n"), { status: isWell ? 200 : 503, headers });
}
