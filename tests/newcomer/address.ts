/** The third: something outside the cluster, that is cleaned up. */

import { defineController, defineResource, defineSteps, perform } from "@staircase/operator";
import { z } from "zod";

export const Address = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Address",
  scope: "Namespaced",
  spec: z.object({ host: z.string(), target: z.string(), ttl: z.int().default(300) }),
  status: z.object({ published: z.string() }),
});

/** A record, as the DNS service has it. */
export interface DnsRecord {
  target: string;
  ttl: number;
}

/** A DNS service with a REST API. */
export class Dns {
  constructor(readonly url: string) {}

  async find(host: string, signal: AbortSignal): Promise<DnsRecord | undefined> {
    const response = await fetch(`${this.url}/${host}`, { signal });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw new Error(`Cannot look ${host} up as the DNS service says ${response.status}`);
  }

  async put(host: string, record: DnsRecord, signal: AbortSignal): Promise<void> {
    await this.#write(host, { method: "PUT", body: JSON.stringify(record), signal });
  }

  async remove(host: string, signal: AbortSignal): Promise<void> {
    await this.#write(host, { method: "DELETE", signal });
  }

  async #write(host: string, init: RequestInit): Promise<void> {
    const response = await fetch(`${this.url}/${host}`, init);
    await response.body?.cancel();
    if (!response.ok) throw new Error(`Cannot ${init.method} ${host} as the DNS service says ${response.status}`);
  }
}

export function addressesAt(dns: Dns) {
  const steps = defineSteps(Address)
    .observe(
      "look the record up",
      ({ object, signal }) => dns.find(object.spec.host, signal).then((record) => ({ record })),
    )
    .change(
      "publish it",
      ({ object: { spec: { host, target, ttl } } }, { record }) =>
        record?.target === target && record.ttl === ttl
          ? record
          : perform(`publish ${host}`, (signal) => dns.put(host, { target, ttl }, signal)),
    )
    .change("report", ({ object, setStatus }) => setStatus({ published: object.spec.target }));
  const cleanup = defineSteps(Address)
    .observe("look the record up", ({ object, signal }) => dns.find(object.spec.host, signal))
    .change(
      "remove it",
      ({ object: { spec: { host } } }, record) =>
        record && perform(`remove ${host}`, (signal) => dns.remove(host, signal)),
    );
  return defineController({ resource: Address, steps, cleanup, requeueEvery: "1h" });
}
