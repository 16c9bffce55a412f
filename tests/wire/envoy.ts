/**
 * Envoy before a small API server. It takes a new configuration by a new process, to which the old one hands its sockets over.
 */

import { answering, type Before, freePort, KEPT_FOR, kill, type ReverseProxy } from "./reverse_proxies.ts";

/** How long the old process drains, in seconds. */
const DRAIN = 1;

/** Starts Envoy. */
export async function startEnvoy({ directory, certificate, key, upstream }: Before): Promise<ReverseProxy> {
  const port = freePort();
  const file = `${directory}/envoy.json`;
  await Deno.writeTextFile(file, JSON.stringify(configuration(port, upstream, { certificate, key })));
  // Processes with one number know each other by it.
  const base = String(port);
  const processes: Deno.ChildProcess[] = [];
  let running = 0;
  const start = () => {
    const args = ["-c", file, "--base-id", base, "--restart-epoch", String(processes.length), "--log-level", "off"];
    const times = [
      "--drain-time-s",
      String(DRAIN),
      "--parent-shutdown-time-s",
      String(DRAIN + 1),
      "--concurrency",
      "2",
    ];
    const process = new Deno.Command("envoy", {
      args: [...args, ...times],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    })
      .spawn();
    processes.push(process);
    running++;
    void process.status.then(() => running--);
  };
  start();
  await answering(port, () => running === 0);
  const all = (signal: Deno.Signal) => processes.forEach(({ pid }) => kill(pid, signal));
  const proxy: ReverseProxy = {
    url: `https://127.0.0.1:${port}`,
    // While one takes over from another, a third cannot.
    reload: () => running === 1 && start(),
    killWorker: () => Promise.resolve(),
    freeze: () => Promise.resolve(all("SIGSTOP")),
    thaw: () => Promise.resolve(all("SIGCONT")),
    async end(how) {
      all(how === "by force" ? "SIGKILL" : "SIGTERM");
      await Promise.all(processes.map(({ status }) => status));
    },
    [Symbol.asyncDispose]: () => proxy.end("at once"),
  };
  return proxy;
}

function configuration(port: number, upstream: number, identity: { certificate: string; key: string }) {
  const address = (port_value: number) => ({ socket_address: { address: "127.0.0.1", port_value } });
  const type = (name: string) => ({ "@type": `type.googleapis.com/envoy.extensions.${name}` });
  const manager = {
    ...type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
    stat_prefix: "front",
    common_http_protocol_options: { idle_timeout: `${KEPT_FOR / 1_000}s`, max_requests_per_connection: 40 },
    route_config: {
      virtual_hosts: [{
        name: "all",
        domains: ["*"],
        routes: [{ match: { prefix: "/" }, route: { cluster: "back" } }],
      }],
    },
    http_filters: [{ name: "envoy.filters.http.router", typed_config: type("filters.http.router.v3.Router") }],
  };
  const tls = {
    ...type("transport_sockets.tls.v3.DownstreamTlsContext"),
    common_tls_context: {
      tls_certificates: [{
        certificate_chain: { filename: identity.certificate },
        private_key: { filename: identity.key },
      }],
    },
  };
  return {
    static_resources: {
      listeners: [{
        name: "front",
        address: address(port),
        filter_chains: [{
          filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }],
          transport_socket: { name: "envoy.transport_sockets.tls", typed_config: tls },
        }],
      }],
      clusters: [{
        name: "back",
        connect_timeout: "1s",
        load_assignment: {
          cluster_name: "back",
          endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
        },
      }],
    },
  };
}
