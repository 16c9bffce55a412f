/**
 * The network of a pod: all that is in it is port 443, which leads to the API server, and the pod's own port, which others can
 * ask. It runs in a network namespace of its own, and reaches out of it by two sockets.
 */

const [toServer = "", toPod = "", port = ""] = Deno.args;

async function serve(listener: Deno.Listener, connect: () => Promise<Deno.Conn>): Promise<void> {
  for await (const from of listener) void pass(from, connect);
}

async function pass(from: Deno.Conn, connect: () => Promise<Deno.Conn>): Promise<void> {
  const to = await connect().catch(() => undefined);
  if (to) await Promise.allSettled([from.readable.pipeTo(to.writable), to.readable.pipeTo(from.writable)]);
  for (const connection of [from, to]) {
    try {
      connection?.close();
    } catch {
      // The other side was first.
    }
  }
}

const server = Deno.listen({ hostname: "127.0.0.1", port: 443 });
const pod = Deno.listen({ transport: "unix", path: toPod });
await Deno.stdout.write(new TextEncoder().encode("ready\n"));
await Promise.all([
  serve(server, () => Deno.connect({ transport: "unix", path: toServer })),
  serve(pod, () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) })),
]);
