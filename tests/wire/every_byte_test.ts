/**
 * Promises about requests whose connection ends, at whichever byte: a write is carried out once at most, and what the module
 * says of it is true. Over real connections, on the Deno that runs the tests, and on the oldest that is supported.
 */

import { assert, assertEquals } from "@std/assert";
import { kubeconfig } from "../kube/connect/fake_host.ts";
import { denos, ignore, runProgramAt, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makePki } from "../kube/connect/pki.ts";
import type { CutRequest } from "./cutting_program.ts";
import { CuttingServer } from "./cutting_server.ts";

/** Each so manyth byte is cut at, and the first and the last ones. All by `STAIRCASE_WIRE_STRIDE=1`, which takes minutes. */
const STRIDE = Deno.env.get("STAIRCASE_WIRE_STRIDE") ?? "41";

/** So many connections are at work at once, as each waits for answers most of the time. */
const AT_ONCE = 24;

/** How a kubeconfig says whom to trust. Who trusts anybody does so by Node's TLS. */
const TRUST = {
  "https": ["certificate-authority: authority.crt"],
  "https by Node's TLS": ["insecure-skip-tls-verify: true"],
  "http": [],
} as const;

const ignoreTls = ignore || !await hasOpenssl();

for (const [name, deno] of denos) {
  for (const scheme of Object.keys(TRUST) as (keyof typeof TRUST)[]) {
    Deno.test(
      `at whichever byte a connection ends, a write arrives once at most, and what is said of it is true: ${scheme}, on ${name}`,
      { ignore: (scheme === "http" ? ignore : ignoreTls) || deno === undefined },
      async () => {
        await using directory = await temporaryDirectory();
        const identity = scheme === "http" ? undefined : await makeServer(directory.path);
        const trust = TRUST[scheme];
        const servers = await Promise.all(Array.from({ length: AT_ONCE }, () => CuttingServer.start(identity)));
        const files = servers.map(({ url }, index) => {
          const cluster = [`server: ${url}`, ...trust];
          return directory.write(`config-${index}`, kubeconfig({ cluster, user: ["token: t"] }));
        });
        const program = new URL("cutting_program.ts", import.meta.url);
        let cuts: CutRequest[];
        const arrivals = new Map<string, number>();
        try {
          const printed = await runProgramAt(deno!, program, [STRIDE, ...await Promise.all(files)]);
          // Between them are lines of the log.
          cuts = printed.split("\n").map((line) => JSON.parse(line)).filter((line) => line.cut !== undefined);
        } finally {
          for (const { path } of (await Promise.all(servers.map((server) => server.end()))).flat()) {
            const mark = /\/n-(\w+)/.exec(path)?.[1] ?? "";
            arrivals.set(mark, (arrivals.get(mark) ?? 0) + 1);
          }
        }
        assert(cuts.length >= 500, `${cuts.length} cuts`);
        for (const cut of cuts) judge(cut, arrivals.get(cut.mark) ?? 0);
      },
    );
  }
}

async function makeServer(directory: string): Promise<{ cert: string; key: string }> {
  const { server: { certificate, key } } = await makePki(directory);
  return { cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) };
}

function judge({ request, cut, size, error }: CutRequest, arrivals: number): void {
  const seen = JSON.stringify({ request, cut, size, error, arrivals });
  if (request === "get") {
    // Sending these again is harmless, and is done.
    assert(error === undefined && (arrivals === 1 || arrivals === 2), seen);
    return;
  }
  assert(arrivals <= 1, seen);
  if (error) assertEquals([error.name, error.sent], ["ConnectionError", "unknown"], seen);
  else assertEquals(arrivals, 1, seen);
  // That the connection is gone may have been noticed before the request, or not.
  if (cut.in === "idleness") return;
  assertEquals(arrivals, cut.in === "answer" || cut.after === size ? 1 : 0, seen);
  assertEquals(error === undefined, cut.in === "answer" && cut.after === size, seen);
}
