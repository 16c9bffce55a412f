/** Counts an operator's requests by the API server's own metrics. */

/** Requests by verb and resource (`PATCH stairs/status`), or by verb and path if there is no resource (`GET /apis`). */
export type RequestCounts = Record<string, number>;

/** Finished requests, and open ones: watches. */
const SERIES = /^apiserver_(?:request_total|longrunning_requests)\{(.*)\} (\S+)$/gm;

/** The resources of operators. Everything else is the API server's own. */
const RESOURCES = /^(stairs|configmaps|secrets|events)(\/|$)/;

/** Paths without a resource that the harness and the API server itself request. */
const NOT_COUNTED = /^\/(metrics|readyz|livez|healthz|openapi)/;

const WRITES = new Set(["POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"]);

/** Parses the text of `/metrics`. Watches count from their beginning: open ones have a metric of their own. */
export function parseRequestCounts(metrics: string): RequestCounts {
  const counts: RequestCounts = {};
  for (const [, labels, value] of metrics.matchAll(SERIES)) {
    const label = Object.fromEntries([...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]));
    const key = keyOf(label);
    if (key !== undefined) counts[key] = (counts[key] ?? 0) + Number(value);
  }
  return counts;
}

function keyOf({ verb, resource, subresource }: Record<string, string>): string | undefined {
  if (!resource) return pathKey(verb, subresource);
  const whole = subresource ? `${resource}/${subresource}` : resource;
  return RESOURCES.test(whole) ? `${verb} ${whole}` : undefined;
}

/** The path replaces a missing resource. It may or may not begin with a slash. */
function pathKey(verb = "", path = ""): string | undefined {
  const whole = path.startsWith("/") ? path : `/${path}`;
  return path === "" || NOT_COUNTED.test(whole) ? undefined : `${verb} ${whole}`;
}

/** The requests between two counts. */
export function difference(after: RequestCounts, before: RequestCounts): RequestCounts {
  const changes = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, count]) => count > 0).sort());
}

/** Requests by type: writes, single reads, lists, watches, and the rest (discovery). */
export function summary(
  counts: RequestCounts,
): Record<"writes" | "gets" | "lists" | "watches" | "otherRequests", number> {
  const total = { writes: 0, gets: 0, lists: 0, watches: 0, otherRequests: 0 };
  for (const [key, count] of Object.entries(counts)) total[kindOf(key)] += count;
  return total;
}

function kindOf(key: string): keyof ReturnType<typeof summary> {
  const [verb = "", target = ""] = key.split(" ");
  if (target.startsWith("/")) return "otherRequests";
  if (WRITES.has(verb)) return "writes";
  if (verb === "GET") return "gets";
  if (verb === "LIST") return "lists";
  return verb.startsWith("WATCH") ? "watches" : "otherRequests";
}
