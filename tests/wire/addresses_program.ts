/** Asks one server and prints its answer, or the error. A program of its own, as it runs where a name has other addresses. */

import { systemClock } from "../../lib/time/mod.ts";
import { addressOf, dial, Wire } from "../../lib/wire/mod.ts";

if (import.meta.main) {
  const [server = "", proxy = "", ...files] = Deno.args;
  const [authority, cert, key] = files.map((file) => Deno.readTextFileSync(file));
  const tls = { authority, keyPair: cert !== undefined && key !== undefined ? { cert, key } : undefined };
  const by = proxy === "" ? undefined : { address: addressOf(new URL(proxy)), authorization: undefined };
  const wire = new Wire({ server, tls, proxy: by, clock: systemClock });
  try {
    for (let turn = 0; turn < 3; turn++) {
      const answer = await wire.ask({ method: "POST", target: "/", headers: [] });
      Deno.stdout.writeSync(await answer.bytes());
    }
    // Whatever it goes by, an attempt that is not used ends at once.
    (await dial(
      by?.address ?? addressOf(new URL(server)),
      undefined,
      { connect: 1_000, handshake: 1_000 },
      systemClock,
    ))
      .close();
  } catch (thrown) {
    Deno.stdout.writeSync(new TextEncoder().encode(String(thrown)));
  }
  wire.close();
}
