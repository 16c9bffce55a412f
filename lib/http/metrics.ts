/** `/metrics`: the metrics in Prometheus' text format. */

import type { HttpState } from "./state.ts";

/** Answers with the current values of all metrics. */
export function metrics(_request: Request, state: HttpState): Response {
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };
  return new Response(state.metrics(), { headers });
}
