import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { defineSteps, type ReadApi, watchKind } from "../../mod.ts";
import { UndeclaredReadError } from "../../lib/doors/errors.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness, type ServedOptions } from "./harness.ts";

type Read = (kube: ReadApi) => Promise<unknown>;

const READS: Readonly<Record<string, Read>> = {
  get: (kube) => kube.get(Secret, "a"),
  "live get": (kube) => kube.get(Secret, "a", { live: true }),
  list: (kube) => kube.list(Secret),
  "live list": (kube) => kube.list(Secret, { namespace: "*", live: true }),
};

/** The message with which a read is refused, or nothing; and what was asked of the API server. */
async function reading(read: Read, more: Partial<ServedOptions<Foo>>): Promise<[string | undefined, string[]]> {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo).observe("look", ({ kube }) => read(kube));
  await harness.serve({ resource: Foo, steps, ...more });
  harness.forget();
  await harness.createFoo("a");
  const { result } = harness.reports[0]!;
  if (result.outcome === "NoOp") return [undefined, harness.asked()];
  assert(result.outcome === "Failed", result.outcome);
  assert(result.error.cause instanceof UndeclaredReadError, String(result.error.cause));
  return [result.error.message, harness.asked()];
}

for (const [what, read] of Object.entries(READS)) {
  const verb = what.endsWith("get") ? "get" : "list";
  const other = verb === "get" ? "list" : "get";

  Deno.test(`an undeclared ${what} is refused, nothing is sent, and the message has the declaration`, async () => {
    for (
      const more of [
        {},
        { writes: [Secret] },
        { reads: [ConfigMap] },
        { reads: [{ kind: Secret, verbs: [other] }] } as const,
      ]
    ) {
      const [message, asked] = await reading(read, more);
      assertStringIncludes(message ?? "", "as the controller does not declare that its steps read this: ");
      assertStringIncludes(message ?? "", `add { kind: Secret, verbs: ["${verb}"] } to "reads"`);
      assertEquals(asked, []);
    }
  });

  Deno.test(`a declared ${what} is performed`, async () => {
    for (const reads of [[Secret], [{ kind: Secret }], [{ kind: Secret, verbs: [verb] }] as const]) {
      const [message, asked] = await reading(read, { reads });
      assertEquals([message, asked.length], [undefined, 1]);
    }
  });

  Deno.test(`a ${what} of an owned kind needs no further declaration`, async () => {
    assertEquals((await reading(read, { owns: [Secret] }))[0], undefined);
  });

  Deno.test(`a watched kind is read as its watch says: ${what}`, async () => {
    const watching = (reads?: ("get" | "list")[]) => ({
      watches: [watchKind(Secret, { map: () => [], ...(reads && { reads }) })],
    });
    assertEquals((await reading(read, watching()))[0], undefined);
    assertEquals((await reading(read, watching([verb])))[0], undefined);
    for (const reads of [[], [other]] as const) {
      assertStringIncludes((await reading(read, watching([...reads])))[0] ?? "", `verbs: ["${verb}"] } to "reads"`);
    }
  });
}

Deno.test("declared names are the only ones that are read, and lists are refused with them", async () => {
  const reads = [{ kind: Secret, names: ["key"] }];
  const [message, asked] = await reading((kube) => kube.get(Secret, "a"), { reads });
  assertStringIncludes(
    message ?? "",
    'Cannot get Secret default/a as the controller does not declare that its steps read this: add "a" to the names of Secret',
  );
  assertEquals(asked, []);
  assertEquals(await reading((kube) => kube.get(Secret, "key"), { reads }), [undefined, ["get secrets key 404"]]);
  assertStringIncludes((await reading((kube) => kube.list(Secret), { reads }))[0] ?? "", 'verbs: ["list"]');
});

Deno.test("a controller of some namespaces reads in no other, unless an entry says everywhere", async () => {
  const [message, asked] = await reading((kube) => kube.get(Secret, "a", { namespace: "other" }), {
    namespace: "default",
    reads: [Secret],
  });
  assertStringIncludes(
    message ?? "",
    'it looks after ["default"] only: add { kind: Secret, verbs: ["get"], everywhere: true } to "reads"',
  );
  assertEquals(asked, []);
  for (
    const [read, more] of [
      [(kube) => kube.get(Secret, "a", { namespace: "other" }), { reads: [{ kind: Secret, everywhere: true }] }],
      [(kube) => kube.list(Secret, { namespace: "*" }), { reads: [{ kind: Secret, everywhere: true }] }],
      [(kube) => kube.get(Secret, "a"), { reads: [Secret] }],
      [(kube) => kube.get(Secret, "a", { namespace: "other" }), { namespace: "*", reads: [Secret] }],
    ] satisfies [Read, Partial<ServedOptions<Foo>>][]
  ) {
    assertEquals((await reading(read, { namespace: "default", ...more }))[0], undefined);
  }
  const everything = await reading((kube) => kube.list(Secret, { namespace: "*" }), {
    namespace: "default",
    owns: [Secret],
  });
  assertStringIncludes(everything[0] ?? "", "Cannot list Secret objects as the controller does not declare");
});
