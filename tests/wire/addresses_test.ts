/**
 * Promises about names with several addresses: a server at any one of them is found. In a hosts file of the
 * program's own, which takes `unshare` of Linux; without it, the tests are ignored.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { denos, ignore as ignoreAll, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makeIdentity, makePki } from "../kube/connect/pki.ts";
import { httpProxy } from "../kube/connect/proxies.ts";

const NAME = "many.test";
const MOUNT = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';

/** Runs the program where the name has two addresses. */
async function ask(hosts: string, deno: string, args: readonly string[]): Promise<string> {
  const program = new URL("addresses_program.ts", import.meta.url).pathname;
  const configuration = `--config=${new URL("../../deno.json", import.meta.url).pathname}`;
  // The name alone: its addresses take no permission.
  const port = new URL(args[1] || args[0]!).port;
  const run = [
    "run",
    "--no-prompt",
    "--no-check",
    configuration,
    `--allow-net=${NAME}:${port}`,
    "--allow-read",
    program,
  ];
  const { stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-rm", "sh", "-c", MOUNT, "sh", hosts, deno, ...run, ...args],
    signal: AbortSignal.timeout(60_000),
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

async function canMount(): Promise<boolean> {
  if (ignoreAll || Deno.build.os !== "linux") return false;
  const file = await Deno.makeTempFile();
  try {
    const args = ["-rm", "sh", "-c", MOUNT, "sh", file, "true"];
    return (await new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    // Not there, or not permitted.
    return false;
  } finally {
    await Deno.remove(file);
  }
}

const ignore = !await canMount() || !await hasOpenssl();
const LISTENERS = [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]] as const;

for (const [name, deno] of denos) {
  for (const [first, second] of LISTENERS) {
    for (const alive of [first, second]) {
      Deno.test(
        `a name of ${first} and ${second} leads to who listens at ${alive} alone, on ${name}`,
        { ignore: ignore || deno === undefined },
        async () => {
          await using directory = await temporaryDirectory();
          const hosts = await directory.write("hosts", `${first} ${NAME}\n${second} ${NAME}\n`);
          const { authority, client } = await makePki(directory.path);
          const identity = await makeIdentity(directory.path, authority, NAME);
          const [cert, key] = [identity.certificate, identity.key].map((file) => Deno.readTextFileSync(file));
          const answer = ({ method }: Request) => new Response(`${method};`);
          const where = { hostname: alive, port: 0, onListen() {} };
          const plain = Deno.serve(where, answer);
          const secure = Deno.serve({ ...where, cert: cert!, key: key! }, answer);
          const trust = [authority.certificate];
          const all = "POST;".repeat(3);
          const urls = { plain: `http://${NAME}:${plain.addr.port}`, secure: `https://${NAME}:${secure.addr.port}` };
          assertEquals(await ask(hosts, deno!, [urls.plain, ""]), all);
          assertEquals(await ask(hosts, deno!, [urls.secure, "", ...trust]), all);
          assertEquals(await ask(hosts, deno!, [urls.secure, "", ...trust, client.certificate, client.key]), all);
          // The error is about the wrong certificate, not about the first address, where nobody listens.
          assertStringIncludes(await ask(hosts, deno!, [urls.secure, "", client.certificate]), "is not trusted");
          await plain.shutdown();
          await secure.shutdown();
        },
      );
    }
  }

  Deno.test(
    `a proxy's name has as many addresses as it likes, and where nobody is, that is said, on ${name}`,
    { ignore: ignore || deno === undefined },
    async () => {
      await using directory = await temporaryDirectory();
      const hosts = await directory.write("hosts", `::1 ${NAME}\n127.0.0.1 ${NAME}\n`);
      const { authority, server: { certificate, key } } = await makePki(directory.path);
      const identity = { cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) };
      const answer = ({ method }: Request) => new Response(`${method};`);
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {}, ...identity }, answer);
      const url = `https://127.0.0.1:${server.addr.port}`;
      await using proxy = httpProxy(url);
      const by = `http://${NAME}:${new URL(`http://${proxy.host}`).port}`;
      assertEquals(await ask(hosts, deno!, [url, by, authority.certificate]), "POST;".repeat(3));
      assertEquals(await ask(hosts, deno!, ["http://behind.example", by]), "{}".repeat(3));
      await server.shutdown();
      const refused = await ask(hosts, deno!, [`https://${NAME}:1`, "", authority.certificate]);
      assertStringIncludes(refused, "the API server cannot be reached (");
      assertStringIncludes(refused, "refused");
    },
  );
}
