/** Finds free ports on 127.0.0.1. */

const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Those of starts that are under way in this process. */
const reserved = new Set<number>();

/** Ports that nobody else in this process is given, until they are released. */
export interface ReservedPorts extends Disposable {
  readonly ports: readonly number[];
}

/**
 * So many different free ports. They lie below the kernel's range for outgoing connections: while the API server is stopped, a
 * client that tries to reach it could else be given that very port.
 */
export function freePorts(count: number): number[] {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 1_000) throw new Error("no free port on 127.0.0.1");
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!reserved.has(port) && isFree(port)) found.add(port);
  }
  return [...found];
}

/** Free ports that are kept from other starts of this process while their programs do not listen yet. */
export function reservePorts(count: number): ReservedPorts {
  const ports = freePorts(count);
  for (const port of ports) reserved.add(port);
  return {
    ports,
    [Symbol.dispose]() {
      for (const port of ports) reserved.delete(port);
    },
  };
}

/** Whether nobody listens there. */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
