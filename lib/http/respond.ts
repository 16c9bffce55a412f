/** Routes a request to its page. */

import { metrics } from "./metrics.ts";
import { livez, readyz } from "./probes.ts";
import type { HttpState } from "./state.ts";

type Page = (request: Request, state: HttpState) => Response;

const PAGES: ReadonlyMap<string, Page> = new Map<string, Page>([
  ["/healthz", livez],
  ["/livez", livez],
  ["/metrics", metrics],
  ["/readyz", readyz],
]);

/** Answers a request. Only GET and HEAD are accepted. */
export function respond(request: Request, state: HttpState): Response {
  const path = pathOf(request);
  if (path === undefined) return new Response("Bad request: the Host header is not a host\n", { status: 400 });
  const page = PAGES.get(path);
  if (!page) return new Response(`Not found. Available paths: ${[...PAGES.keys()].join(", ")}\n`, { status: 404 });
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("Only GET and HEAD are allowed\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  const response = page(request, state);
  return request.method === "GET" ? response : new Response(null, response);
}

/** The path; `undefined` if the URL is invalid: the runtime builds it from the Host header, whatever that contains. */
function pathOf({ url }: Request): string | undefined {
  return URL.canParse(url) ? new URL(url).pathname : undefined;
}
