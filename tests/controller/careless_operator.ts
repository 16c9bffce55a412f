/** An operator whose step leaves things behind that fail; its argument says whether the process is to bear that. */

import { create, defineSteps, installCrd, serveController } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { EmbeddedCluster } from "../../lib/testing/mod.ts";
import { Foo } from "./resources.ts";

const errors: string[] = [];
const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const say = (message: string, fields?: unknown) => void print(`${message} ${JSON.stringify(fields)}`);
const logger = {
  debug() {},
  info() {},
  warn: say,
  error: (message: string, fields?: unknown) => {
    errors.push(message);
    say(message, fields);
  },
};

const failed = Promise.withResolvers<void>();
const steps = defineSteps(Foo)
  .observe("be careless", () => {
    Promise.reject(new Error("nobody awaits this"));
    setTimeout(() => {
      // After this one.
      setTimeout(failed.resolve);
      throw new Error("nobody catches this");
    });
  })
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change(
    "create the text",
    ({ object }, found) => found ?? create(ConfigMap, { metadata: { name: object.metadata.name } }),
  );

using client = new EmbeddedCluster();
await installCrd(client, Foo);
const handleUncaught = Deno.args[0] === "careful";
const ended = Promise.withResolvers<string>();
const onRun = ({ key, result }: { key: string; result: { outcome: string } }) => {
  if (result.outcome === "Modified") ended.resolve(`${key}: changed`);
};
const options = {
  resource: Foo,
  steps,
  owns: [ConfigMap],
  client,
  logger,
  handleUncaught,
  handleSignals: false,
  onRun,
};
const controller = await serveController({ ...options, requeueEvery: false });
await client.performRequest({
  method: "POST",
  path: "/apis/example.dev/v1/namespaces/default/foos",
  bodyJson: { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: "a" }, spec: {} },
});
const line = await ended.promise;
await failed.promise;
await controller.shutdown();
print(`${line}, ${new Set(errors).size} errors`);
