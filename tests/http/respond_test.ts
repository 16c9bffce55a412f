import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Check, type HttpState, respond } from "../../lib/http/mod.ts";

const well: HttpState = {
  readiness: () => [{ name: "watch of Foo", problem: undefined }],
  liveness: () => [{ name: "controller foo", problem: undefined }],
  metrics: () => "# HELP a b\n",
};

function get(path: string, state: Partial<HttpState> = {}, method = "GET"): Response {
  return respond(new Request(`http://localhost${path}`, { method }), { ...well, ...state });
}

const problem = (name: string): () => readonly Check[] => () => [
  { name: "serving", problem: undefined },
  { name, problem: "not listed yet" },
];

Deno.test("a healthy process answers 200, with a line for each check", async () => {
  for (const path of ["/livez", "/healthz", "/readyz"]) assertEquals(get(path).status, 200, path);
  assertEquals(await get("/readyz").text(), "[+] watch of Foo\nok\n");
});

Deno.test("one check that fails makes it 503, and is named with its problem", async () => {
  const response = get("/readyz", { readiness: problem("watch of Secret") });
  assertEquals(response.status, 503);
  assertEquals(await response.text(), "[+] serving\n[-] watch of Secret: not listed yet\nnot ok\n");
});

Deno.test("readiness and liveness are asked apart", () => {
  const state = { readiness: problem("a") };
  assertEquals([get("/readyz", state).status, get("/livez", state).status], [503, 200]);
  const dying = { liveness: problem("a") };
  assertEquals(
    [get("/readyz", dying).status, get("/livez", dying).status, get("/healthz", dying).status],
    [200, 503, 503],
  );
});

Deno.test("metrics are Prometheus' text", async () => {
  const response = get("/metrics?x=y");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertEquals(await response.text(), "# HELP a b\n");
});

Deno.test("HEAD has the same status and no body", async () => {
  const response = get("/readyz", { readiness: problem("a") }, "HEAD");
  assertEquals([response.status, await response.text()], [503, ""]);
});

Deno.test("what is not there is 404 and says what is; what would write is 405", async () => {
  const missing = get("/nothing");
  assertEquals(missing.status, 404);
  assertStringIncludes(await missing.text(), "/metrics");
  assertEquals(get("/metrics", {}, "POST").status, 405);
});

Deno.test("metrics that cannot be collected are the caller's to report", () => {
  const fail = () => {
    throw new Error("no");
  };
  assertThrows(() => get("/metrics", { metrics: fail }), Error, "no");
});
