/** Finds free ports on 127.0.0.1. */

const LOWEST = 20_000;
const HIGHEST = 32_000;

/**
 * So many different free ports. They lie below the kernel's range for outgoing connections: while
 * the API server is stopped, a client that tries to reach it could else be given that very port.
 */
export function freePorts(count: number): number[] {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 1_000) throw new Error("no free port on 127.0.0.1");
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (isFree(port)) found.add(port);
  }
  return [...found];
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}
