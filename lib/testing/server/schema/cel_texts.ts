/** The API server's CEL functions for texts, regular expressions and URLs. */

import type { Environment } from "@marcbachmann/cel-js";
import { goRegExp } from "../values/mod.ts";
import { formatProblem } from "./schema_formats.ts";

/** A parsed URL. */
class CelUrl {
  readonly url: URL;
  constructor(text: string) {
    this.url = new URL(text, "http://host");
  }
}

export function addTextFunctions(environment: Environment): void {
  const add = (signature: string, handler: (...values: never[]) => unknown) =>
    environment.registerFunction(signature, handler as (...values: unknown[]) => unknown);
  add("string.charAt(int): string", (text: string, index: bigint) => [...text][Number(index)] ?? "");
  add("string.replace(string, string): string", (text: string, from: string, to: string) => text.replaceAll(from, to));
  add("string.replace(string, string, int): string", replaceSome);
  add("string.find(string): string", (text: string, pattern: string) => goRegExp(pattern).exec(text)?.[0] ?? "");
  add("string.findAll(string): list<string>", (text: string, pattern: string) => findAll(text, pattern));
  add("string.findAll(string, int): list<string>", (text: string, pattern: string, limit: bigint) => {
    const found = findAll(text, pattern);
    return limit < 0n ? found : found.slice(0, Number(limit));
  });
  add("isURL(string): bool", (text: string) => !formatProblem(text, "uri"));
  environment.registerType("URL", { ctor: CelUrl, fields: {} });
  add("url(string): URL", (text: string) => {
    if (formatProblem(text, "uri")) throw new Error(`URL parse error during conversion from string: ${text}`);
    return new CelUrl(text);
  });
  add("URL.getScheme(): string", ({ url }: CelUrl) => url.protocol.replace(/:$/, ""));
  add("URL.getHost(): string", ({ url }: CelUrl) => url.host);
  add("URL.getHostname(): string", ({ url }: CelUrl) => url.hostname.replace(/^\[|\]$/g, ""));
  add("URL.getPort(): string", ({ url }: CelUrl) => url.port);
  add("URL.getEscapedPath(): string", ({ url }: CelUrl) => url.pathname);
}

function replaceSome(text: string, from: string, to: string, limit: bigint): string {
  if (limit < 0n) return text.replaceAll(from, to);
  for (let count = 0n, at = 0; count < limit; count++) {
    const found = text.indexOf(from, at);
    if (found < 0) break;
    text = text.slice(0, found) + to + text.slice(found + from.length);
    at = found + to.length;
  }
  return text;
}

function findAll(text: string, pattern: string): string[] {
  return [...text.matchAll(new RegExp(goRegExp(pattern).source, "gv"))].map(([match]) => match);
}
