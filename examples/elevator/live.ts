/** Serves the pages of all elevators from the operator itself: they are always up to date, unlike a mounted volume. */

import type { ClusterClient } from "@staircase/operator";
import { ConfigMap } from "@staircase/operator/kinds";
import { intoCache, listWatch, ObjectCache } from "@staircase/operator/watch";
import { PAGES } from "./parts.ts";

/** The pages, by `namespace/name` of their ConfigMaps. */
export type Pages = Pick<ObjectCache<ConfigMap>, "get" | "list">;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json",
};

/** Options of {@link serveLive}. */
export interface LiveOptions {
  /** The cluster. */
  client: ClusterClient;
  /**
   * The namespaces whose pages are served.
   * @default {all}
   */
  namespaces?: readonly string[] | undefined;
  /**
   * The port.
   * @default {0} (any that is free)
   */
  port?: number;
}

/** A running server of pages. */
export interface Live extends AsyncDisposable {
  /** Its URL, with a slash at the end. */
  readonly url: string;
}

/** Whether this process may listen on a port. Never prompts. */
export async function mayListen(port: number): Promise<boolean> {
  return (await Deno.permissions.query({ name: "net", host: `127.0.0.1:${port}` })).state === "granted";
}

/** Serves the pages on 127.0.0.1. */
export function serveLive({ client, namespaces, port = 0 }: LiveOptions): Live {
  const over = new AbortController();
  const places = namespaces ?? [undefined];
  const caches = places.map(() => new ObjectCache<ConfigMap>());
  const watching = places.map((namespace, at) =>
    listWatch({ client, kind: ConfigMap, namespace, labelSelector: PAGES, signal: over.signal })
      .pipeThrough(intoCache(caches[at]!))
      .pipeTo(new WritableStream())
  );
  const pages: Pages = {
    get: (key) => caches.map((cache) => cache.get(key)).find((found) => found !== undefined),
    list: () => caches.flatMap((cache) => cache.list()),
  };
  const options = { hostname: "127.0.0.1", port, signal: over.signal, onListen: () => {} };
  const server = Deno.serve(options, (request) => answer(request, pages));
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    async [Symbol.asyncDispose]() {
      over.abort();
      await Promise.all([server.finished, ...watching]);
    },
  };
}

/** Answers a request: `/namespace/name/` is the page of a ConfigMap, and `/` lists all pages. */
export function answer(request: Request, pages: Pages): Response {
  const [namespace = "", name, file = ""] = new URL(request.url).pathname.split("/").slice(1);
  if (namespace === "") return pageOfLinks(pages);
  const page = file === "" ? "index.html" : file;
  const text = pages.get(`${namespace}/${name}`)?.data?.[page];
  if (text === undefined) return new Response("not here", { status: 404 });
  const type = TYPES[page.split(".").at(-1)!] ?? "text/plain; charset=utf-8";
  return new Response(text, { headers: { "content-type": type, "cache-control": "no-store" } });
}

/** Names of objects need no escaping: they consist of letters, digits, dashes and dots. */
function pageOfLinks(pages: Pages): Response {
  const keys = pages.list().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
  const links = keys.map((key) => `<li><a href="/${key}/">${key}</a></li>`).join("");
  const page = `<!DOCTYPE html><title>Elevators</title><h1>Elevators</h1><ul>${links}</ul>`;
  return new Response(page, { headers: { "content-type": TYPES["html"]! } });
}
