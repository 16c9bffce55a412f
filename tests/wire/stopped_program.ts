/**
 * Makes a write, and another one by a timer that is due soon after, and prints the results. A program of its own, as it is
 * suspended in between. Arguments: the server's URL, and the file of its CA certificate, if it has one.
 */

import { systemClock } from "../../lib/time/mod.ts";
import { Wire } from "../../lib/wire/mod.ts";

if (import.meta.main) {
  const [server = "", authority = ""] = Deno.args;
  const tls = authority === ""
    ? { authority: undefined, keyPair: undefined, isUnverified: true }
    : { authority: await Deno.readTextFile(authority), keyPair: undefined };
  const wire = new Wire({ server, tls, clock: systemClock });
  const write = async () => {
    let told: string;
    try {
      const answer = await wire.ask({ method: "POST", target: "/", headers: [], body: "{}" });
      told = `${answer.status} ${new TextDecoder().decode(await answer.bytes())}`;
    } catch (thrown) {
      told = String(thrown);
    }
    Deno.stdout.writeSync(new TextEncoder().encode(`${told}\n`));
  };
  await write();
  setTimeout(async () => {
    await write();
    wire.close();
  }, 100);
}
