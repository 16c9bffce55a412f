import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Controller, defineSteps, perform, serveController } from "../../mod.ts";
import { formatPermissionFlags, requiredPermissions } from "../../lib/doors/cluster.ts";
import { HttpError, OptionsError, PermissionError } from "../../lib/doors/errors.ts";
import { isWrite, refusal } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText } from "./plans.ts";

const http = { port: 0, hostname: "127.0.0.1" };
const steps = defineSteps(Foo);

/** Controllers that listen are ended by `await using`, in real time: virtual time does not pass while a socket closes. */
async function get({ addr }: Controller, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${addr!.port}${path}`, { headers: { connection: "close" } });
  return { status: response.status, text: await response.text() };
}

Deno.test("with http the probes and the metrics are served, and addr says where", async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps: ensureText, http, writes: [] });
  assertEquals(controller.addr?.hostname, "127.0.0.1");
  // As a URL: an address of IPv6 that a port follows could not be read.
  assertEquals(harness.logger.saying("serving")[0]?.fields?.http, `http://127.0.0.1:${controller.addr?.port}`);
  assertEquals((await get(controller, "/livez")).status, 200);
  assertEquals(await get(controller, "/readyz"), {
    status: 200,
    text: "[+] serving\n[+] watch of Foo\nok\n",
  });
  const { text } = await get(controller, "/metrics");
  assertStringIncludes(text, 'staircase_runs_total{controller="foo",outcome="Failed"} 0\n');
  assertStringIncludes(text, 'staircase_run_duration_seconds_count{controller="foo",outcome="Failed"} 0\n');
});

Deno.test("without http nothing listens", async () => {
  await using harness = await Harness.start();
  const controller = await harness.serve({ resource: Foo, steps });
  assertEquals(controller.addr, undefined);
});

Deno.test("it answers before anything has been listed, and says that it is not ready", async () => {
  await using harness = await Harness.start();
  harness.cluster.intercept({
    before: (request) => {
      if (request.user === "operator") throw refusal(500, "InternalError", "not yet");
    },
  });
  await using controller = await harness.serveUnready({ resource: Foo, steps, http });
  assertEquals(await get(controller, "/readyz"), {
    status: 503,
    text: "[+] serving\n[-] watch of Foo: not listed yet\nnot ok\n",
  });
  assertEquals((await get(controller, "/livez")).status, 200);
});

Deno.test("it is not ready when a watch has long been in trouble, and ready again when that is over", async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps, http });
  let down = false;
  harness.cluster.intercept({
    before: (request) => {
      if (down && request.user === "operator" && !isWrite(request)) throw refusal(500, "InternalError", "down");
    },
  });
  down = true;
  await harness.clock.advance(600_000);
  const { status, text } = await get(controller, "/readyz");
  assertEquals(status, 503);
  assertStringIncludes(text, "[-] watch of Foo: without a connection for");
  assertEquals((await get(controller, "/livez")).status, 200);
  down = false;
  await harness.clock.advance(60_000);
  assertEquals((await get(controller, "/readyz")).status, 200);
});

Deno.test("it is not live when actions that do not end hold every worker, and objects wait", async () => {
  await using harness = await Harness.start();
  const held = Promise.withResolvers<void>();
  const never = perform("wait", () => held.promise);
  const stuck = defineSteps(Foo).change("order", ({ object }) => object.metadata.name === "a" ? never : undefined);
  await using controller = await harness.serve({ resource: Foo, steps: stuck, http, concurrency: 1 });
  await harness.createFoo("a");
  await harness.clock.advance(3_600_000);
  assertEquals((await get(controller, "/livez")).status, 200);
  await harness.createFoo("b");
  await harness.clock.advance(1_000);
  const { status, text } = await get(controller, "/livez");
  held.resolve();
  assertEquals(status, 503);
  assertStringIncludes(text, "[-] controller foo: objects wait, and no Run has begun for");
});

Deno.test("it listens until all has stopped, and no longer", async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps, http });
  await controller.shutdown();
  const error = await assertRejects(() => get(controller, "/livez"), TypeError);
  assert(error);
});

Deno.test("connections that are kept open, or that say nothing, keep no shutdown waiting", async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps, http });
  const { port } = controller.addr!;
  using idle = await Deno.connect({ hostname: "127.0.0.1", port });
  await idle.write(new TextEncoder().encode("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n"));
  await idle.read(new Uint8Array(1024));
  using half = await Deno.connect({ hostname: "127.0.0.1", port });
  await half.write(new TextEncoder().encode("GET /livez HT"));
  await controller.shutdown();
  assertEquals(await idle.read(new Uint8Array(1024)), null);
});

Deno.test("a port in use is an error that names the address, and nothing has been started", async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps, http });
  const { addr } = controller;
  harness.forget();
  const taken = { port: addr!.port, hostname: "127.0.0.1" };
  const error = await assertRejects(
    () => serveController({ resource: Foo, steps, ...harness.surroundings, http: taken }),
    HttpError,
  );
  assertEquals(
    error.message,
    `Cannot serve HTTP as the address is in use: current address is http://127.0.0.1:${addr!.port}`,
  );
  assertEquals(harness.requests.records, []);
});

Deno.test("a wrong port or host is refused at the door", async () => {
  await using harness = await Harness.start();
  for (const wrong of [{ port: -1 }, { port: 70_000 }, { port: 80, hostname: "" }, { port: 80, host: "x" }]) {
    await assertRejects(
      () => serveController({ resource: Foo, steps, ...harness.surroundings, http: wrong as never }),
      OptionsError,
      "Cannot serve HTTP as http.",
    );
  }
});

Deno.test("the permission to listen is required, and named when it is missing", {
  permissions: { net: false },
}, async () => {
  await using harness = await Harness.start();
  const { client } = harness.surroundings;
  const needs = await requiredPermissions({ client: client!, http: { port: 8080 } });
  assertEquals(formatPermissionFlags(needs), ["--allow-net=[::]:8080"]);
  const six = await requiredPermissions({ client: client!, http: { port: 80, hostname: "::1" } });
  assertEquals(formatPermissionFlags(six), ["--allow-net=[::1]:80"]);
  const error = await assertRejects(
    () => serveController({ resource: Foo, steps, ...harness.surroundings, http: { port: 8080 } }),
    PermissionError,
  );
  assertStringIncludes(error.message, "--allow-net=[::]:8080");
});

Deno.test("by default it listens at the addresses of both families", async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps, http: { port: 0 } });
  for (const host of ["127.0.0.1", "[::1]"]) {
    const response = await fetch(`http://${host}:${controller.addr!.port}/livez`, { headers: { connection: "close" } });
    assertEquals([host, response.status, await response.text()], [host, 200, "[+] serving\n[+] controller foo\nok\n"]);
  }
});

Deno.test("by default it listens where it may, when that is one family", {
  permissions: { net: ["0.0.0.0:0", "127.0.0.1"] },
}, async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps, http: { port: 0 } });
  assertEquals(controller.addr!.hostname, "0.0.0.0");
});

Deno.test("a Host header that is no host is answered with 400", async () => {
  await using harness = await Harness.start();
  await using controller = await harness.serve({ resource: Foo, steps, http });
  for (const host of ["a b", "[", "x:y", "%"]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: controller.addr!.port });
    await connection.write(
      new TextEncoder().encode(`GET /livez HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`),
    );
    const answer = await new Response(connection.readable).text();
    assertEquals([host, answer.split("\r\n")[0]], [host, "HTTP/1.1 400 Bad Request"]);
  }
});
