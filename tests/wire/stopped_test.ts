/** Promises about a process that is stopped, as by a debugger, a freezer or a machine that sleeps, while its server closes. */

import { assertEquals } from "@std/assert";
import { TextLineStream } from "../cluster/text_lines.ts";
import { denos, ignore as ignoreAll, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makePki } from "../kube/connect/pki.ts";

const ignore = ignoreAll || Deno.build.os === "windows" || !await hasOpenssl();

/** Longer than what a process may be deaf for without being taken for stopped. */
const STOPPED_FOR = 700;

/** Answers and counts requests; the body is the number of the connection. */
class Server implements Disposable {
  arrivals = 0;
  readonly #listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn>;
  readonly #connections: Deno.Conn[] = [];

  constructor(identity: { cert: string; key: string } | undefined) {
    const where = { hostname: "127.0.0.1", port: 0 };
    this.#listener = identity ? Deno.listenTls({ ...where, ...identity }) : Deno.listen(where);
    void this.#accept();
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Closes all connections that there are. */
  closeAll(): void {
    for (const connection of this.#connections.splice(0)) connection.close();
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    this.closeAll();
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) void this.#serve(connection);
    } catch {
      // The listener was closed.
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    this.#connections.push(connection);
    const buffer = new Uint8Array(4_096);
    try {
      while (await connection.read(buffer) !== null) {
        this.arrivals++;
        await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
      }
    } catch {
      // Closed by closeAll.
    }
  }
}

for (const [name, deno] of denos) {
  for (const how of ["in plain text", "over TLS", "over Node's TLS"] as const) {
    Deno.test(
      `a process that was stopped while its server closed sends its next write on another connection, ${how}, on ${name}`,
      { ignore: ignore || deno === undefined },
      async () => {
        await using directory = await temporaryDirectory();
        const { authority, server: { certificate, key } } = await makePki(directory.path);
        const identity = { cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) };
        using server = new Server(how === "in plain text" ? undefined : identity);
        const url = `${how === "in plain text" ? "http" : "https"}://127.0.0.1:${server.port}`;
        const configuration = `--config=${new URL("../../deno.json", import.meta.url).pathname}`;
        const program = new URL("stopped_program.ts", import.meta.url).pathname;
        const trust = how === "over Node's TLS" ? "" : authority.certificate;
        const process = new Deno.Command(deno!, {
          args: ["run", "--no-check", "-A", configuration, program, url, trust],
          stdout: "piped",
          stderr: "null",
        }).spawn();
        const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
        assertEquals((await lines.read()).value, "200 {}");
        process.kill("SIGSTOP");
        server.closeAll();
        // The clock on the wall goes on for it.
        await new Promise((resolve) => setTimeout(resolve, STOPPED_FOR));
        process.kill("SIGCONT");
        assertEquals((await lines.read()).value, "200 {}");
        assertEquals([(await process.status).success, server.arrivals], [true, 2]);
        await lines.cancel();
      },
    );
  }
}
