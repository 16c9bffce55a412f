/** Starts of a real API server that fail: the error says what is wrong, and nothing is left running. */

import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiServerError, type ApiServerOptions, startApiServer } from "../../../lib/testing/apiserver/mod.ts";
import { fakePrograms, processesOf, RUNS } from "./fake_programs.ts";

const ignore = Deno.build.os !== "linux"; // processes are counted in /proc

/** What a start is refused with. */
async function problemOf(options: ApiServerOptions): Promise<string> {
  return (await assertRejects(() => startApiServer(options), ApiServerError)).message;
}

Deno.test("a port that another program has is told, before anything is started", async () => {
  await using folder = await fakePrograms({ etcd: RUNS, apiServer: RUNS });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  assertEquals(
    await problemOf({ bin: folder.bin, port }),
    `Cannot start the API server as its port must be free on 127.0.0.1: current value is ${port}, where another program listens`,
  );
});

Deno.test("a port that is none is told", async () => {
  for (const port of [0, 1.5, 65_536, NaN]) {
    assertMatch(await problemOf({ port }), /its port must be a whole number from 1 to 65535: current value is \S+$/);
  }
});

Deno.test({
  name: "an etcd that ends at once is told with the end of its log",
  ignore,
  fn: async () => {
    const etcd = `echo "first line"; echo "cannot open $1" >&2; exit 1`;
    await using folder = await fakePrograms({ etcd, apiServer: RUNS });
    const problem = await problemOf({ bin: folder.bin });
    assertStringIncludes(problem, "Cannot start the API server as etcd must keep running: current value is ended.");
    assertMatch(problem, /The end of the log of etcd:\nfirst line\ncannot open --data-dir=\S+$/);
    assertEquals(processesOf(folder.path), []);
  },
});

Deno.test({
  name: "a program that cannot be run is told with what the shell says",
  ignore,
  fn: async () => {
    await using folder = await fakePrograms({ etcd: RUNS, apiServer: RUNS });
    await Deno.chmod(`${folder.bin}/etcd`, 0o644);
    assertMatch(await problemOf({ bin: folder.bin }), /The end of the log of etcd:\n.*etcd.*(denied|cannot execute)/);
  },
});

Deno.test({
  name: "a start that takes too long is told with what is missing, and leaves no process",
  ignore,
  fn: async () => {
    await using folder = await fakePrograms({ etcd: RUNS, apiServer: `echo "still looking around"; ${RUNS}` });
    const problem = await problemOf({ bin: folder.bin, timeout: "300ms" });
    assertStringIncludes(problem, "Cannot start the API server as it must be ready within 300ms: current value is ");
    assertStringIncludes(problem, "The end of the log of kube-apiserver:\nstill looking around");
    assertEquals(processesOf(folder.path), []);
  },
});

Deno.test({
  name: "where another program takes a port meanwhile, others are tried, and none is tried twice",
  ignore,
  fn: async () => {
    await using folder = await fakePrograms({
      etcd: `echo "$*" >>"$(dirname "$0")/calls"; echo "listen tcp: bind: address already in use"; exit 1`,
      apiServer: RUNS,
    });
    assertStringIncludes(await problemOf({ bin: folder.bin }), "address already in use");
    const calls = (await Deno.readTextFile(`${folder.bin}/calls`)).trimEnd().split("\n");
    const ports = calls.map((call) => /--listen-client-urls=(\S+)/.exec(call)?.[1]);
    assertEquals([calls.length, new Set(ports).size], [3, 3]);
  },
});
