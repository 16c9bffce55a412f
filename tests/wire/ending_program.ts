/**
 * Asks a server once, over the wire, prints the result, and closes nothing:
 * `deno run -A ending_program.ts URL PATH PATIENCE [AUTHORITY.pem [CLIENT.crt CLIENT.key]]`. Without an
 * authority, any certificate is accepted, which needs Node's TLS. Aborts the request after
 * PATIENCE milliseconds, if that is more than 0.
 */

import { systemClock } from "../../lib/time/mod.ts";
import { Wire } from "../../lib/wire/mod.ts";

if (import.meta.main) {
  const [server = "", target = "", patience = "", ...files] = Deno.args;
  const [authority, cert, key] = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const keyPair = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const tls = { authority, keyPair, isUnverified: authority === undefined };
  const wire = new Wire({ server, tls, clock: systemClock, limits: { connect: 500, handshake: 500 } });
  const over = new AbortController();
  if (Number(patience) > 0) setTimeout(() => over.abort(new Error("given up")), Number(patience));
  try {
    const answer = await wire.ask({ method: "GET", target, headers: [], signal: over.signal });
    Deno.stdout.writeSync(await answer.bytes());
  } catch (error) {
    Deno.stdout.writeSync(new TextEncoder().encode((error as Error).message));
  }
}
