import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { HttpError, type HttpState, serveHttp } from "../../lib/http/mod.ts";
import { silentLogger } from "../../mod.ts";
import { KeepingLogger } from "../controller/keeping_logger.ts";

const state: HttpState = { readiness: () => [], liveness: () => [], metrics: () => "" };

Deno.test("it listens on the first address that this machine has", async () => {
  // An address for documentation (RFC 3849), which no machine has.
  const addresses = [{ hostname: "2001:db8::1", port: 0 }, { hostname: "127.0.0.1", port: 0 }];
  const server = serveHttp(addresses, state, silentLogger);
  assertEquals(server.addr.hostname, "127.0.0.1");
  await server.close();
});

Deno.test("when the machine has none of them, the error names the first", () => {
  const addresses = [{ hostname: "2001:db8::1", port: 80 }, { hostname: "2001:db8::2", port: 80 }];
  assertThrows(
    () => serveHttp(addresses, state, silentLogger),
    HttpError,
    "current address is http://[2001:db8::1]:80",
  );
});

Deno.test("an address in use is an error, and no other one is tried", async () => {
  const first = serveHttp([{ hostname: "127.0.0.1", port: 0 }], state, silentLogger);
  const { port } = first.addr;
  const addresses = [{ hostname: "127.0.0.1", port }, { hostname: "127.0.0.1", port: 0 }];
  assertThrows(() => serveHttp(addresses, state, silentLogger), HttpError, "the address is in use");
  await first.close();
});

Deno.test("a page that cannot be made is answered with 500 and logged, without the reason to whoever asks, and others are", async () => {
  const logger = new KeepingLogger();
  const metrics = () => {
    throw new Error("no reader");
  };
  const broken = { ...state, metrics };
  const server = serveHttp([{ hostname: "127.0.0.1", port: 0 }], broken, logger);
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.addr.port}${path}`);
    return [response.status, await response.text()];
  };
  assertEquals(await ask("/metrics"), [500, "Internal error\n"]);
  assertEquals(await ask("/livez"), [200, "ok\n"]);
  assertStringIncludes(logger.text, "cannot answer an HTTP request");
  assertStringIncludes(logger.text, "no reader");
  await server.close();
});
