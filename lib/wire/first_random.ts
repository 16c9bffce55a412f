/** The first random numbers of a process, drawn on another thread than everything else runs on. */

let drawing: Promise<void> | undefined;

/**
 * Draws the first random numbers of Deno's TLS. They come from the jitter of the processor, which is 20 ms of work, once a
 * process: in the first handshake it would keep everything else waiting. To make a key of this kind draws them as well, on a
 * thread of its own; nobody uses the key. A connection waits for them before its handshake; whoever knows early that there will
 * be one asks early.
 *
 * @returns A promise of their being there; the same for all who ask.
 */
export function drawFirstRandom(): Promise<void> {
  // Whether it fails is nothing to whoever asks: the handshake draws them then.
  return drawing ??= crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]).then(
    done,
    done,
  );
}

function done(): void {}
