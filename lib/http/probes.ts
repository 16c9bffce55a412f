/** `/livez` and `/readyz`: whether the process is to be left alive, and whether it is of use. */

import type { Check, HttpState } from "./state.ts";

/** 200 when the process is of use, else 503; with a line for each check. */
export function readyz(_request: Request, state: HttpState): Response {
  return answer(state.readiness());
}

/** 200 when the process is to be left alive, else 503; with a line for each check. */
export function livez(_request: Request, state: HttpState): Response {
  return answer(state.liveness());
}

function answer(checks: readonly Check[]): Response {
  const isWell = checks.every(({ problem }) => problem === undefined);
  const lines = checks.map(({ name, problem }) => problem === undefined ? `[+] ${name}` : `[-] ${name}: ${problem}`);
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response([...lines, isWell ? "ok" : "not ok", ""].join("\n"), { status: isWell ? 200 : 503, headers });
}
