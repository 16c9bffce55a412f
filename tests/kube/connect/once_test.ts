/**
 * Promises about writes whose connection ends: each is carried out once at most, whatever Deno's `fetch` does by itself, and
 * the error says what is known. On the Deno that runs the tests, and on the oldest that is supported.
 */

import { assert, assertEquals } from "@std/assert";
import { CuttingServer } from "../../wire/cutting_server.ts";
import { ENDS, type NamedEnd } from "./ends.ts";
import { denos, ignore, runProgram, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makePki } from "./pki.ts";
import type { Written } from "./writing_program.ts";

const ignoreTls = ignore || !await hasOpenssl();

/** Ends that come after the server has got the whole request. */
const isAfterArrival = (end: NamedEnd) => end.includes("answer");

for (const [name, deno] of denos) {
  for (const which of ["wire", "fetch", "own"] as const) {
    const client = which === "own" ? "a client of the user's own" : `what connect() gives, by ${which}`;
    Deno.test(
      `a write whose connection ends is carried out once at most, on ${name} by ${client}`,
      { ignore: ignoreTls || deno === undefined },
      async () => {
        await using directory = await temporaryDirectory();
        const { server: identity } = await makePki(directory.path);
        await using server = await CuttingServer.startAs(identity);
        const cluster = ["certificate-authority: authority.crt"];
        const kubeconfig = await writeConfig(directory, server.url, { cluster, user: ["token: t"] });
        const printed = await runProgram(deno!, "writing_program.ts", [
          kubeconfig,
          server.url,
          which,
          `${server.bell}`,
        ]);
        const lines = printed.trim().split("\n").map((line) => JSON.parse(line) as Written);
        assertEquals(lines.length, ENDS.length * (which === "own" ? 5 : 9));
        for (const { end, write, error } of lines) {
          const mark = `/${ENDS.indexOf(end as NamedEnd)}-${write.replace(" ", "-")}`;
          const arrived = server.arrivals.filter(({ path }) => path.includes(mark) && isWhole(path, mark));
          const seen = JSON.stringify({ end, write, error, arrived });
          assert(arrived.length <= 1, seen);
          if (isAfterArrival(end as NamedEnd)) assertEquals(arrived.length, 1, seen);
          // Success is one arrival, and what broke is not said to be unsent.
          if (error === undefined) assertEquals(arrived.length, 1, seen);
          else if (which === "fetch" && write.startsWith("bare")) assertEquals(error.name, "TypeError", seen);
          else assertEquals([error.name, error.sent], ["ConnectionError", "unknown"], seen);
          assert(error === undefined || error.message !== "fetch failed" || write.startsWith("bare"), seen);
        }
        // A body of a known length has that length in its head, so no proxy has to handle chunks.
        const bodies = server.arrivals.filter(({ body }) => body !== "");
        assertEquals(
          new Set(bodies.map(({ length }) => length)),
          new Set([which === "own" ? "chunked" : "content-length"]),
        );
      },
    );
  }
}

function isWhole(path: string, mark: string): boolean {
  return path.endsWith(mark) || path.includes(`${mark}/`);
}
