/** Measures memory on the heap: what is kept, and what is allocated. Needs `--v8-flags=--expose-gc`. */

/**
 * The bytes that the result of a function keeps alive, in V8's heap and outside, such as buffers.
 *
 * @throws {Error} If garbage collection cannot be forced.
 */
export async function weigh(make: () => unknown): Promise<number> {
  const before = await heldBytes();
  const made = await make();
  const after = await heldBytes();
  // Alive up to here.
  if (made === undefined) throw new Error("Cannot weigh what was not made");
  return after - before;
}

/**
 * The bytes that some work allocates in V8's heap, garbage included. This is only correct if no collection happens: it
 * needs `--min-semi-space-size` above the size of the work.
 *
 * @throws {Error} If a collection happened.
 */
export async function allocated(work: () => Promise<void>): Promise<number> {
  const before = await heldBytes();
  await work();
  const { heapUsed, external } = Deno.memoryUsage();
  const after = heapUsed + external;
  if (after < before) throw new Error("Cannot say what was allocated as garbage was collected meanwhile");
  return after - before;
}

async function heldBytes(): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) {
    throw new Error("Cannot weigh anything as garbage is not collected on demand: run with --v8-flags=--expose-gc");
  }
  // Buffers are freed after the collection that found them; a second collection waits for that.
  gc();
  await new Promise((resolve) => setTimeout(resolve));
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
