/** Seeds the TLS random number generator on another thread, before the first handshake needs it. */

let drawing: Promise<void> | undefined;

/**
 * Makes Deno's TLS draw its first random numbers. They come from the jitter of the processor, which takes 20 ms of work once
 * per process; in the first handshake this would block the event loop. Generating a key of this kind draws them too, but on a
 * thread of its own; the key itself is not used. Each connection waits for this before its handshake. Call it as early as it is
 * known that there will be a connection.
 *
 * @returns A promise that resolves when they have been drawn; the same one for every caller. It never rejects.
 */
export function drawFirstRandom(): Promise<void> {
  // A failure is ignored: the handshake then draws them itself.
  return drawing ??= crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]).then(
    done,
    done,
  );
}

function done(): void {}
