/** `run`: what it takes from arguments and the environment, and what it does before and after it serves. */

import { assertEquals, assertMatch, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { defineOperator, type Operator, type OperatorOptions } from "../../lib/cli/mod.ts";
import { defineController, defineSteps } from "../../mod.ts";
import { PermissionError } from "../../lib/doors/errors.ts";
import { EmbeddedCluster, serveEmbedded } from "../../lib/testing/mod.ts";
import { call, type CallOptions, Greeting } from "./fixture.ts";

/** A cluster that speaks HTTP, with a kubeconfig. */
async function startCluster() {
  const cluster = new EmbeddedCluster();
  const server = serveEmbedded(cluster);
  const folder = await Deno.makeTempDir();
  const kubeconfig = `${folder}/config`;
  const config = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "here",
    "contexts": [{ name: "here", context: { cluster: "here", user: "here" } }],
    "clusters": [{ name: "here", cluster: { server: server.url } }],
    "users": [{ name: "here", user: {} }],
  };
  await Deno.writeTextFile(kubeconfig, JSON.stringify(config));
  const requests: string[] = [];
  let check = () => {};
  cluster.onRequest(({ verb, resource, namespace = "all" }) => {
    requests.push(`${verb} ${resource} ${namespace}`);
    check();
  });
  return {
    kubeconfig,
    requests,
    /** Calls back once, when the requests so far are as they should. */
    whenDone(isDone: (requests: readonly string[]) => boolean, end: () => void) {
      check = () => {
        if (!isDone(requests)) return;
        check = () => {};
        end();
      };
      check();
    },
    async [Symbol.asyncDispose]() {
      cluster.close();
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Runs an operator until it serves, and ends it by a signal to this process, as a pod is ended. */
async function serve(
  given: Partial<OperatorOptions>,
  args: readonly string[],
  options: Pick<CallOptions, "env"> & { isDone?: (requests: readonly string[]) => boolean } = {},
) {
  await using served = await startCluster();
  let ended = false;
  const operator: Operator = {
    name: "greeter",
    controllers: [defineController({ resource: Greeting, steps: defineSteps(Greeting) })],
    ...given,
    alongside(context) {
      const beside = given.alongside?.(context);
      served.whenDone(options.isDone ?? (() => true), () => Deno.kill(Deno.pid, "SIGTERM"));
      return {
        async [Symbol.asyncDispose]() {
          await (await beside)?.[Symbol.asyncDispose]();
          ended = true;
        },
      };
    },
  };
  const all = [...args, "--kubeconfig", served.kubeconfig, "--log-level=error"];
  const done = await call(all, { operator, ...(options.env && { env: options.env }) });
  return { ...done, ended, requests: served.requests };
}

const isDefinition = (request: string) => request.includes(" customresourcedefinitions ");

Deno.test("`run` installs the operator's kinds, serves, starts what runs beside it, and ends all at SIGTERM with code 0", async () => {
  let begun = false;
  const { code, err, ended, requests } = await serve({
    alongside: ({ client }) => {
      assertMatch(client.server, /^http:/);
      begun = true;
      return { [Symbol.asyncDispose]: () => Promise.resolve() };
    },
  }, []);
  assertEquals([code, err, begun, ended], [0, "", true, true]);
  assertEquals(requests.some((request) => request.startsWith("create ") && isDefinition(request)), true);
});

Deno.test("with --no-install-crds, `run` asks for no definition", async () => {
  const { code, err, requests } = await serve({}, ["run", "--no-install-crds"]);
  assertEquals([code, err], [0, ""]);
  assertEquals(requests.filter(isDefinition), []);
});

Deno.test("an argument wins over the environment variable, and that over the operator's default", async () => {
  const depths: unknown[] = [];
  const controller = defineController({ resource: Greeting, steps: defineSteps(Greeting) });
  const flags = {
    depth: { description: "how deep", default: "1", env: "GREETER_DEPTH", parse: Number },
  };
  const controllers = ((values: Record<string, unknown>) => {
    depths.push(values["depth"]);
    return [controller];
  }) as OperatorOptions["controllers"];
  const env = { GREETER_DEPTH: "2" };
  await serve({ flags, controllers }, ["--depth", "3"], { env });
  assertEquals(new Set(depths.splice(0)), new Set([3]));
  await serve({ flags, controllers }, [], { env });
  assertEquals(new Set(depths.splice(0)), new Set([2]));
  await serve({ flags, controllers }, []);
  assertEquals(new Set(depths), new Set([1]));
});

Deno.test("--namespace limits what is watched; * is all", async () => {
  const lists = (requests: readonly string[]) =>
    [...new Set(requests.filter((request) => request.startsWith("list greetings ")))].sort();
  const given = {
    controllers: [defineController({ resource: Greeting, steps: defineSteps(Greeting), namespace: "own" })],
  };
  const named = await serve(given, ["--namespace", "a,b"], { isDone: (requests) => lists(requests).length === 2 });
  assertEquals(lists(named.requests), ["list greetings a", "list greetings b"]);
  const isDone = (requests: readonly string[]) => lists(requests).length === 1;
  const all = await serve(given, [], { env: { OPERATOR_WATCH_NAMESPACE: "*" }, isDone });
  assertEquals(lists(all.requests), ["list greetings all"]);
  const own = await serve(given, [], { isDone });
  assertEquals(lists(own.requests), ["list greetings own"]);
});

Deno.test("--namespace is refused where it would have no effect", async () => {
  const { Namespace } = await import("../../lib/kube/kinds/mod.ts");
  const operator: Operator = {
    controllers: [defineController({ resource: Namespace, steps: defineSteps(Namespace) })],
  };
  const { code, err } = await call(["--namespace", "a"], { operator });
  assertEquals(code, 1);
  assertStringIncludes(err, "error: --namespace has no effect: no controller manages a kind that is in namespaces\n");
});

Deno.test("`run` calls withoutCluster for want of a permission, never in an executable or where a cluster is named", async () => {
  const played: unknown[] = [];
  const operator: Operator = {
    flags: { depth: { description: "how deep", default: "1", parse: Number } },
    controllers: [defineController({ resource: Greeting, steps: defineSteps(Greeting) })],
    withoutCluster: (values: unknown) => Promise.resolve(void played.push(values)),
  };
  const home = await Deno.makeTempDir();
  const before = [Deno.env.get("HOME"), Deno.env.get("KUBECONFIG")] as const;
  Deno.env.set("HOME", home);
  Deno.env.delete("KUBECONFIG");
  try {
    assertEquals(await call(["--depth", "2"], { operator }), { code: 0, out: "", err: "" });
    assertEquals(played.splice(0), [{ depth: 2 }]);
    for (
      const done of [
        await call([], { operator, isStandalone: true }),
        await call(["--kubeconfig", `${home}/none`], { operator }),
        await call(["--context", "none"], { operator }),
      ]
    ) assertEquals([done.code, done.err.startsWith("error: Cannot ")], [1, true], done.err);
    assertEquals(played, []);
  } finally {
    for (const [at, name] of ["HOME", "KUBECONFIG"].entries()) {
      if (before[at] !== undefined) Deno.env.set(name, before[at]);
    }
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("an executable that lacks a permission is not told of flags alone, but how to build one that has it", async () => {
  const lacking: Operator = {
    name: "greeter",
    controllers: () => {
      throw new PermissionError("look", { net: ["a.example:443"], read: [], env: [], run: [] });
    },
  };
  const line = "error: Cannot look as net permission is missing: run with --allow-net=a.example:443\n";
  assertEquals((await call([], { operator: lacking })).err, line);
  assertEquals(
    (await call([], { operator: lacking, isStandalone: true })).err,
    `${line}An executable has the permissions that it was built with: 'ship build --for kubeconfig' builds one for this machine, 'ship build --permissions' names them.\n`,
  );
});

Deno.test("`run` without a cluster is one line that says why each source has none, without a stack", async () => {
  const { code, out, err } = await call(["--kubeconfig", "/is/not/there"]);
  assertEquals([code, out], [1, ""]);
  assertEquals(err, "error: Cannot use kubeconfig /is/not/there as it is not there\n");
});

Deno.test("with --log-level debug, the error of a `run` has its stack", async () => {
  const { code, err } = await call(["--kubeconfig", "/is/not/there", "--log-level", "debug"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "\n    at ");
});

Deno.test("`run` fails in one line if a step of the start is refused, and what has begun ends", async () => {
  await using served = await startCluster();
  const operator: Operator = {
    controllers: [defineController({ resource: Greeting, steps: defineSteps(Greeting) })],
    alongside: () => Promise.reject(new Error("the page cannot be served:\n  its port is taken")),
  };
  const { code, err } = await call(["--kubeconfig", served.kubeconfig, "--log-level=error"], { operator });
  assertEquals([code, err], [1, "error: the page cannot be served: its port is taken\n"]);
});

Deno.test("a flag of the operator's own is parsed once: controllers and what runs beside them share its value", async () => {
  const made: unknown[] = [];
  const seen: unknown[] = [];
  const { code, err } = await serve(
    defineOperator({
      name: "greeter",
      flags: { shop: { description: "the shop", default: "a", parse: (text) => made[made.push({ text }) - 1] } },
      controllers: ({ shop }) => {
        seen.push(shop);
        return [defineController({ resource: Greeting, steps: defineSteps(Greeting) })];
      },
      alongside: ({ flags: { shop } }) => void seen.push(shop),
    }) as Partial<OperatorOptions>,
    [],
  );
  assertEquals([code, err, made.length, seen.length], [0, "", 1, 2]);
  assertStrictEquals(seen[0], seen[1]);
});
