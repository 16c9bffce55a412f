/** managedFields are asked to be left out: what comes is the same whether the server can do so or not. */

import { assert, assertEquals } from "@std/assert";
import type { RequestOptions, RestClient } from "@cloudydeno/kubernetes-client";
import { Informer } from "../../lib/watch/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { half, Secret, secret } from "./fixture.ts";

/** A server of one Secret, in a list and an event. @param canDrop Whether it leaves out what it is asked to. */
function serverOf(canDrop: boolean): { client: RestClient; accepted: string[] } {
  const accepted: string[] = [];
  const object = (resourceVersion: number, isDropped: boolean) => {
    const { metadata, ...rest } = secret("a", resourceVersion) as { metadata: object };
    return { ...rest, metadata: { ...metadata, ...(!isDropped && { managedFields: [{ manager: "x" }] }) } };
  };
  const performRequest = ({ accept, querystring }: RequestOptions) => {
    accepted.push(accept!);
    const isDropped = canDrop && accept!.includes(";drop=metadata.managedFields");
    if (querystring?.has("watch")) {
      return Promise.resolve(
        new ReadableStream({
          start: (controller) => {
            const event = { type: "MODIFIED", object: { apiVersion: "v1", kind: "Secret", ...object(8, isDropped) } };
            controller.enqueue(new TextEncoder().encode(`${JSON.stringify(event)}\n`));
          },
        }),
      );
    }
    const list = {
      kind: "SecretList",
      apiVersion: "v1",
      metadata: { resourceVersion: "7" },
      items: [object(5, isDropped)],
    };
    return Promise.resolve(new Response(JSON.stringify(list)).body);
  };
  return { client: { performRequest } as unknown as RestClient, accepted };
}

Deno.test("the cache is the same whether or not the server can leave out managedFields", async () => {
  const held = [];
  for (const canDrop of [true, false]) {
    const { client, accepted } = serverOf(canDrop);
    const clock = new VirtualClock();
    const informer = new Informer({ client, kind: Secret, clock, random: half, onError() {} });
    const stop = new AbortController();
    informer.start(stop.signal);
    await clock.settle();
    held.push(informer.cache.list());
    assertEquals(informer.cache.list()[0]?.metadata.resourceVersion, "8");
    // Servers without support for the parameter can use the second media type.
    assert(accepted.every((accept) => accept.split(", ").at(-1) === "application/json"));
    stop.abort();
    await informer.finished;
  }
  assertEquals(held[0], held[1]);
});
