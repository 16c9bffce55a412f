/** The NetworkPolicy: what reaches the pod, and what the pod reaches. */

import { openPorts, type Peer, peerOf } from "./egress.ts";
import { namespacedMeta, selectorOf } from "./labels.ts";
import type { Manifest } from "./object.ts";
import { PORT_NAME } from "./pod.ts";
import type { NetworkSettings, Settings } from "./settings.ts";

/** Where it is said what the rules cannot say. */
const NOTE = "staircase.dev/network-policy";

/** 53, and that of OpenShift's DNS pods, which its Service hides. */
const DNS_PORTS = [53, 5353] as const;

/** What the rules cannot say, whoever the operator is. */
const LIMITS = "A NetworkPolicy knows neither the API server nor the kubelet nor names of hosts. So the API server's " +
  "ports are open to all addresses unless its addresses are given, DNS is open to all servers, and anybody in the " +
  "cluster may read metrics and probes.";

/** The NetworkPolicy. */
export function networkPolicy(settings: Settings, network: NetworkSettings): Manifest {
  const peers = settings.operator.needs.net.map(peerOf);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { ...namespacedMeta(settings), annotations: { [NOTE]: noteOf(peers) } },
    spec: {
      podSelector: { matchLabels: selectorOf(settings) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{
        ports: [
          { protocol: "TCP", port: PORT_NAME },
          ...openPorts(settings.operator.needs.net).filter((port) => port !== settings.port).map(tcp),
        ],
      }],
      egress: [
        { ports: DNS_PORTS.flatMap((port) => [{ protocol: "UDP", port }, tcp(port)]) },
        {
          ports: network.apiServerPorts.map(tcp),
          ...(network.apiServerPeers.length > 0 && { to: network.apiServerPeers }),
        },
        ...network.egress,
      ],
    },
  };
}

/** The rules for hosts of the operator's own, from its net permissions. */
export function egressFor(permissions: readonly string[]): readonly unknown[] {
  const rules = permissions.map(peerOf).flatMap((peer): unknown[] => {
    switch (peer.type) {
      case "block":
        return [{ to: [block(peer.cidr)], ...portsOf(peer.port) }];
      case "service":
        return [{ to: [podsOf(peer.namespace)] }];
      case "name":
        return [peer.port === undefined ? {} : portsOf(peer.port)];
      case "listening":
      case "self":
        return [];
    }
  });
  const byText = new Map(rules.map((rule) => [JSON.stringify(rule), rule]));
  return [...byText.values()];
}

function noteOf(peers: readonly Peer[]): string {
  const names = peers.flatMap((peer) => peer.type === "name" ? peer.name : []);
  if (names.length === 0) return LIMITS;
  return `${LIMITS} For ${[...new Set(names)].join(", ")} the port is open to all addresses.`;
}

/** All pods of a namespace, at all ports: a Service hides which they are, and at which port they listen. */
function podsOf(namespace: string | undefined): unknown {
  if (namespace === undefined) return { podSelector: {} };
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

/** A block of addresses, as whom a rule is for. */
export function block(cidr: string): unknown {
  return { ipBlock: { cidr } };
}

function portsOf(port: number | undefined): Record<string, unknown> {
  return port === undefined ? {} : { ports: [tcp(port)] };
}

function tcp(port: number): { protocol: "TCP"; port: number } {
  return { protocol: "TCP", port };
}
