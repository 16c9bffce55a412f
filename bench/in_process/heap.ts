/** What things weigh, and what is thrown away on the way: the heap before and after. Needs `--v8-flags=--expose-gc`. */

/**
 * How many bytes hang on what a function makes: V8's heap, and memory outside of it, such as the bytes of buffers.
 *
 * @throws {Error} If garbage cannot be collected on demand.
 */
export async function weigh(make: () => unknown): Promise<number> {
  const before = await heldBytes();
  const made = await make();
  const after = await heldBytes();
  // Alive until here.
  if (made === undefined) throw new Error("Cannot weigh what was not made");
  return after - before;
}

/**
 * How many bytes some work takes from V8's heap, garbage included. Only true while the collector does not step in: needs
 * `--min-semi-space-size` above what the work takes.
 *
 * @throws {Error} If it stepped in.
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
  // Buffers are freed after the collection that found them; a second one waits for that.
  gc();
  await new Promise((resolve) => setTimeout(resolve));
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
