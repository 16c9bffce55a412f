/** Promises about aborted requests: nothing is left of them, and others are not affected. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../lib/time/mod.ts";
import { type Socket, Wire } from "../../lib/wire/mod.ts";
import { turn } from "../../lib/wire/turn.ts";
import { denos, ignore, runProgramAt, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makePki } from "../kube/connect/pki.ts";
import type { Left } from "./aborting_program.ts";
import { MANNERS, OddServer } from "./odd_server.ts";

/** How many requests are given up in each way; 10,000 by `STAIRCASE_WIRE_ABORTS=10000`. */
const COUNT = Deno.env.get("STAIRCASE_WIRE_ABORTS") ?? "700";

const ignoreTls = ignore || !await hasOpenssl();

/** A socket on which nothing ever comes. */
function deadSocket(onClose: () => void): Socket {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  return {
    read: () => promise,
    write: (bytes) => Promise.resolve(bytes.length),
    close() {
      onClose();
      reject(new Deno.errors.BadResource());
    },
    ref() {},
    unref() {},
  };
}

Deno.test("requests aborted before their connection is ready leave it to later ones, and cause no more connections", async () => {
  let [made, closed] = [0, 0];
  const opening: PromiseWithResolvers<Socket>[] = [];
  const wire = new Wire({
    server: "http://a.example",
    clock: systemClock,
    dial() {
      made++;
      opening.push(Promise.withResolvers());
      return opening.at(-1)!.promise;
    },
  });
  const ask = (signal: AbortSignal) => wire.ask({ method: "GET", target: "/", headers: [], signal });
  for (let round = 0; round < 50; round++) {
    const over = new AbortController();
    const asked = [ask(over.signal), ask(over.signal)].map((each) => assertRejects(() => each, Error, "over"));
    over.abort(new Error("over"));
    await Promise.all(asked);
  }
  assertEquals(made, 2);
  for (const { resolve } of opening) resolve(deadSocket(() => closed++));
  // Both are there for the next two.
  const over = new AbortController();
  const asked = [ask(over.signal), ask(over.signal)].map((each) => assertRejects(() => each, Error, "over"));
  await Promise.resolve();
  over.abort(new Error("over"));
  await Promise.all(asked);
  assertEquals(made, 2);
  wire.close();
  assertEquals(closed, 2);
});

Deno.test("a connection that was begun with old certificates is not used", async () => {
  const made: { authority: string | undefined; isClosed: boolean; socket: PromiseWithResolvers<Socket> }[] = [];
  const wire = new Wire({
    server: "https://a.example",
    tls: { authority: "old", keyPair: undefined },
    clock: systemClock,
    dial(tls) {
      made.push({ authority: tls?.authority, isClosed: false, socket: Promise.withResolvers() });
      return made.at(-1)!.socket.promise;
    },
  });
  const ask = (signal: AbortSignal) =>
    assertRejects(() => wire.ask({ method: "GET", target: "/", headers: [], signal }), Error, "over");
  const over = [new AbortController(), new AbortController()] as const;
  const first = ask(over[0].signal);
  over[0].abort(new Error("over"));
  await first;
  wire.secure({ authority: "new", keyPair: undefined });
  const second = ask(over[1].signal);
  await turn();
  assertEquals(made.map(({ authority }) => authority), ["old", "new"]);
  for (const one of made) one.socket.resolve(deadSocket(() => one.isClosed = true));
  await Promise.all(made.map(({ socket }) => socket.promise));
  // Until what follows from that has followed.
  await turn();
  assertEquals(made.map(({ isClosed }) => isClosed), [true, false]);
  over[1].abort(new Error("over"));
  await second;
  wire.close();
});

for (const [name, deno] of denos) {
  for (const how of ["http", "https", "https, with a client certificate"] as const) {
    const isTls = how !== "http";
    Deno.test(
      `of requests that are given up at any moment, no socket, memory or failure is left, and the process ends: ${how}, on ${name}`,
      {
        // It is Linux that tells of sockets.
        ignore: (isTls ? ignoreTls : ignore) || deno === undefined || Deno.build.os !== "linux",
      },
      async () => {
        await using directory = await temporaryDirectory();
        const pki = isTls ? await makePki(directory.path) : undefined;
        const read = (path: string) => Deno.readTextFile(path);
        const { certificate, key } = pki?.server ?? {};
        await using server = new OddServer(
          certificate && key ? { cert: await read(certificate), key: await read(key) } : undefined,
        );
        const own = how.includes("client") ? [pki!.client.certificate, pki!.client.key] : [];
        const program = new URL("aborting_program.ts", import.meta.url);
        const args = [COUNT, server.url, ...pki ? [pki.authority.certificate] : [], ...own];
        const printed = await runProgramAt(deno!, program, args, { flags: ["-A", "--v8-flags=--expose-gc"] });
        const left: Left = JSON.parse(printed);
        const seen = JSON.stringify(left);
        assertEquals(left.unhandled, [], seen);
        assertEquals(left.sockets, 0, seen);
        for (const manner of MANNERS) assert((left.ends[`${manner} given up`] ?? 0) > 0, seen);
        // Allows for requests that are pending when it is measured, and for buffers that have grown.
        assert(left.growth < 200 * 1024 * 1024, seen);
      },
    );
  }
}

Deno.test("while an answer comes as fast as it is read, timers fire", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  const { authority, server: { certificate, key } } = await makePki(directory.path);
  const [ca, cert, secret] = await Promise.all(
    [authority.certificate, certificate, key].map((path) => Deno.readTextFile(path)),
  );
  // In a thread of its own, so that it really is as fast.
  const worker = new Worker(new URL("endless_worker.ts", import.meta.url), { type: "module" });
  const told = new Promise<MessageEvent>((resolve) => worker.addEventListener("message", resolve, { once: true }));
  worker.postMessage({ cert, key: secret });
  const tls = { authority: ca, keyPair: undefined };
  const wire = new Wire({ server: (await told).data, tls, clock: systemClock });
  const over = new AbortController();
  let bytes = 0;
  try {
    const answer = await wire.ask({ method: "GET", target: "/endless", headers: [], signal: over.signal });
    setTimeout(() => over.abort(new Error("over")), 1);
    await assertRejects(
      async () => {
        for await (const chunk of answer.stream()) bytes += chunk.length;
      },
      Error,
      "over",
    );
  } finally {
    wire.close();
    worker.terminate();
  }
  assert(bytes < 64 * 1024 * 1024, `${bytes} bytes were read before a timer of 1 ms fired`);
});
