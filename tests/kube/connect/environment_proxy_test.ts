/**
 * Promises about proxies that the environment names: they are gone through, whether or not the variables may be read; a write
 * arrives once at most there too; and the wire takes no permission but that for the server.
 */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { environmentProxy } from "../../../lib/kube/connect/route/environment_proxy.ts";
import { isTrustedOnTheWire } from "../../../lib/kube/connect/line/trust.ts";
import { ConnectionError } from "../../../lib/kube/mod.ts";
import { VirtualClock } from "../../../lib/testing/mod.ts";
import type { Asked } from "./asking_program.ts";
import { startConnectProxy } from "./connect_proxy.ts";
import { fakeHost } from "./fake_host.ts";
import { denos, type Directory, hasScript, ignore, runProgramAt, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makeIdentity, makePki } from "./pki.ts";

const ignoreTls = ignore || !await hasOpenssl();

/** A name that does not exist; a proxy may lead there anyway. */
const NAME = "cluster.invalid";

/** An API server that answers, or breaks the connection as soon as it has got a write whole. */
class WritingServer implements AsyncDisposable {
  /** What it has got whole. */
  readonly writes: string[] = [];
  breaks = false;
  readonly #listener: Deno.TlsListener;
  readonly #serving = new Set<Promise<void>>();

  constructor(identity: { readonly cert: string; readonly key: string }) {
    this.#listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...identity });
    this.#serving.add(this.#accept());
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        const connection = await this.#listener.accept();
        this.#serving.add(this.#serve(connection).catch(() => {}));
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
      }
    }
  }

  async #serve(connection: Deno.TlsConn): Promise<void> {
    using _closed = connection;
    const buffer = new Uint8Array(65_536);
    for (let text = "";;) {
      const count = await connection.read(buffer);
      if (count === null) return;
      text += new TextDecoder().decode(buffer.subarray(0, count));
      const [, method, head] = /^(\w+) ([^]*?\r\n)\r\n/.exec(text) ?? [];
      const length = Number(/^content-length: (\d+)/im.exec(head ?? "")?.[1] ?? 0);
      if (head === undefined || text.length - text.indexOf("\r\n\r\n") - 4 < length) continue;
      text = "";
      if (method !== "HEAD") this.writes.push(method!);
      if (method !== "HEAD" && this.breaks) return;
      const metadata = { name: "a-1", namespace: "n", uid: "u", resourceVersion: "1" };
      const body = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata });
      const answer = `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
      await connection.write(new TextEncoder().encode(answer + (method === "HEAD" ? "" : body)));
    }
  }
}

async function startServer(directory: Directory, name?: string): Promise<WritingServer> {
  const { authority, server } = await makePki(directory.path);
  const { certificate, key } = name === undefined ? server : await makeIdentity(directory.path, authority, name);
  return new WritingServer({ cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) });
}

const cluster = ["certificate-authority: authority.crt"];

/** What the program that ran last has logged. */
const logged: string[] = [];

/** Runs the program as somebody does who gives it no more than it needs; what is missing is never asked for. */
async function ask(
  deno: string,
  kubeconfigs: readonly string[],
  env: Record<string, string>,
  flags: readonly string[],
) {
  const program = new URL("asking_program.ts", import.meta.url);
  const none = {
    HTTPS_PROXY: "",
    https_proxy: "",
    ALL_PROXY: "",
    all_proxy: "",
    NO_PROXY: "",
    no_proxy: "",
    DENO_NO_UPDATE_CHECK: "1",
  };
  const printed = await runProgramAt(deno, program, kubeconfigs, { env: { ...none, ...env }, flags, longest: 60_000 });
  const lines = printed.trim().split("\n").map((line) =>
    JSON.parse(line) as Asked | { level: string; message: string }
  );
  logged.splice(0, Infinity, ...lines.flatMap((line) => "level" in line ? [line.message] : []));
  return lines.filter((line): line is Asked => !("level" in line));
}

Deno.test("what the environment says of a proxy is told from what may be read of it", async () => {
  const of = async (server: string, env: Record<string, string>, denied: string[] = []) => {
    const said = await environmentProxy(server, fakeHost({ env, denied }));
    return said.type === "named" ? { type: said.type, variable: said.variable, proxy: said.proxy.href } : said;
  };
  const [none, unknown] = [{ type: "none" }, { type: "unknown" }];
  const proxy = "http://p:1";
  assertEquals(await of("https://a.example", {}), none);
  assertEquals(await of("https://a.example", { HTTP_PROXY: proxy, HTTPS_PROXY: "" }), none);
  for (const variable of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) {
    assertEquals(await of("https://a.example", { [variable]: proxy }), { type: "named", variable, proxy });
    assertEquals(await of("https://a.example", {}, [variable]), unknown);
  }
  assertEquals(await of("http://a.example", { http_proxy: proxy }), { type: "named", variable: "http_proxy", proxy });
  for (const list of ["*", "a.example", ".example", "b, *.example ", "EXAMPLE"]) {
    assertEquals(await of("https://a.example", { HTTPS_PROXY: proxy, NO_PROXY: list }), none, list);
    assertEquals(await of("https://a.example", { HTTPS_PROXY: proxy, no_proxy: list }), none, list);
  }
  assertEquals(await of("https://[::1]:6443", { HTTPS_PROXY: proxy, NO_PROXY: "::1" }), none);
  for (const list of ["", ",", "xample", "b.a.example", "10.0.0.0/8"]) {
    assertEquals((await of("https://a.example", { HTTPS_PROXY: proxy, NO_PROXY: list })).type, "named", list);
  }
});

Deno.test("that an address does not answer is known while a watch still waits, so that a proxy is tried", {
  ignore: ignore || Deno.build.os !== "linux",
}, async () => {
  // Linux queues one more connection than the backlog, and ignores further ones.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  using _one = await Deno.connect({ hostname: "127.0.0.1", port });
  using _other = await Deno.connect({ hostname: "127.0.0.1", port });
  const clock = new VirtualClock();
  const looked = isTrustedOnTheWire(new URL(`https://127.0.0.1:${port}`), undefined, clock, { transport: "wire" });
  const refused = assertRejects(() => looked, ConnectionError, "no answer to TCP within 10 s");
  await clock.advance(10_000);
  await refused;
});

for (const [name, deno] of denos) {
  const options = { ignore: ignoreTls || deno === undefined };
  const permissions = [
    ["must not be read", [], "fetch"],
    ["may be read, but the proxy must not be reached", ["--allow-env"], "fetch"],
    ["may be read, and the proxy may be reached", ["--allow-env", "--allow-net"], "wire"],
  ] as const;
  for (const [what, more, transport] of permissions) {
    Deno.test(
      `a proxy that is the only way is gone through when the variables ${what}, on ${name}`,
      options,
      async () => {
        await using directory = await temporaryDirectory();
        await using server = await startServer(directory, NAME);
        await using proxy = startConnectProxy(server.port);
        const kubeconfig = await writeConfig(directory, `https://${NAME}:6443`, { cluster });
        const net = more.some((flag) => flag === "--allow-net") ? [] : [`--allow-net=${NAME}:6443`];
        const flags = [...net, `--allow-read=${directory.path}`, ...more];
        assertEquals(await ask(deno!, [kubeconfig], { HTTPS_PROXY: proxy.url }, flags), [{ transport }]);
        assertEquals(new Set(proxy.asked), new Set([`${NAME}:6443`]));
        // Output that was not expected is an error.
        assertEquals(logged.length, more.length === 0 ? 1 : 0);
        if (logged[0]) assertStringIncludes(logged[0], "requests use Deno's fetch");
        assertEquals(server.writes, ["POST"]);
      },
    );

    Deno.test(
      `a write that breaks behind a proxy arrives once, and is in doubt, when the variables ${what}, on ${name}`,
      options,
      async () => {
        await using directory = await temporaryDirectory();
        await using server = await startServer(directory, NAME);
        await using proxy = startConnectProxy(server.port);
        server.breaks = true;
        const kubeconfig = await writeConfig(directory, `https://${NAME}:6443`, { cluster });
        const net = more.some((flag) => flag === "--allow-net") ? [] : [`--allow-net=${NAME}:6443`];
        const flags = [...net, `--allow-read=${directory.path}`, ...more];
        const [told] = await ask(deno!, [kubeconfig], { HTTPS_PROXY: proxy.url }, flags);
        assertEquals([told?.error?.name, told?.error?.sent], ["ConnectionError", "unknown"], JSON.stringify(told));
        assertEquals(server.writes, ["POST"]);
      },
    );
  }

  Deno.test(`a server that NO_PROXY names is spoken to directly, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    await using server = await startServer(directory);
    await using proxy = startConnectProxy(server.port);
    const kubeconfig = await writeConfig(directory, `https://127.0.0.1:${server.port}`, { cluster });
    const flags = [`--allow-net=127.0.0.1:${server.port}`, `--allow-read=${directory.path}`, "--allow-env"];
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1" };
    assertEquals(await ask(deno!, [kubeconfig], env, flags), [{ transport: "wire" }]);
    assertEquals(proxy.asked, []);
    assertEquals(server.writes, ["POST"]);
  });

  Deno.test(
    `who is not vouched for behind a proxy is said to be so, and gets nothing, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      await using server = await startServer(directory, NAME);
      await using proxy = startConnectProxy(server.port);
      const kubeconfig = await writeConfig(directory, `https://${NAME}:6443`, {
        cluster: ["certificate-authority: other_authority.crt"],
      });
      const flags = [`--allow-net=${NAME}:6443`, `--allow-read=${directory.path}`];
      const [told] = await ask(deno!, [kubeconfig], { HTTPS_PROXY: proxy.url }, flags);
      assertStringIncludes(told?.error?.message ?? "", "is not trusted");
      assertEquals(server.writes, []);
    },
  );

  Deno.test(`the permission for the server is all that the wire takes, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    await using server = await startServer(directory);
    const url = `https://127.0.0.1:${server.port}`;
    const own = ["client-certificate: client.crt", "client-key: client.key"];
    const flags = [`--allow-net=127.0.0.1:${server.port}`, `--allow-read=${directory.path}`];
    for (const user of [["token: t"], own]) {
      const kubeconfig = await writeConfig(directory, url, { cluster, user });
      // Without and with a root of the process that vouches too, which takes another look at the server.
      for (const env of [{}, { DENO_CERT: `${directory.path}/authority.crt` }]) {
        assertEquals(await ask(deno!, [kubeconfig], env, flags), [{ transport: "wire" }]);
      }
    }
    assertEquals(server.writes.length, 4);
  });

  Deno.test(`whoever sits before a terminal is asked for no permission, on ${name}`, {
    ignore: options.ignore || !await hasScript(),
  }, async () => {
    await using directory = await temporaryDirectory();
    await using server = await startServer(directory);
    const reached = await writeConfig(directory, `https://127.0.0.1:${server.port}`, { cluster });
    const flags = `--allow-net=127.0.0.1:${server.port},${NAME}:6443 --allow-read=${directory.path}`;
    const files = [reached, `${directory.path}/unreachable`];
    await Deno.copyFile(reached, files[1]!);
    await Deno.writeTextFile(
      files[1]!,
      (await Deno.readTextFile(reached)).replace(/https:\S+/, `https://${NAME}:6443`),
    );
    const here = (path: string) => new URL(path, import.meta.url).pathname;
    const command = `${deno} run --no-check --config=${here("../../../deno.json")} ${flags} ${
      here("asking_program.ts")
    }`;
    const { stdout } = await new Deno.Command("script", {
      args: ["-qec", `${command} ${files.join(" ")}`, "/dev/null"],
      stdin: "null",
      stderr: "null",
      env: { HTTPS_PROXY: "", NO_COLOR: "1" },
      signal: AbortSignal.timeout(60_000),
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\r\n").map((line) => JSON.parse(line) as Asked);
    assertEquals(lines.map(({ transport, error }) => [transport, error?.sent]), [["wire", undefined], ["wire", "no"]]);
  });
}
