/**
 * What was decided on one object is never done to another: every way in which a Run writes is refused when the object that it
 * has read was deleted meanwhile, and another one has its name, or none.
 */

import { assert, assertEquals } from "@std/assert";
import { addFinalizer, isAnotherObject, isPatchMismatch, removeFinalizer } from "../../../lib/kube/mod.ts";
import { ConfigMap, Deployment, Lease } from "../../../lib/kube/kinds/mod.ts";
import {
  apply,
  type ChangeContext,
  defineSteps,
  kindOf,
  type KubeObject,
  patch,
  perform,
  remove,
  replace,
  type ResourceKind,
  type RunResult,
  runSteps,
} from "../../../mod.ts";
import type { AnyChange } from "../../../lib/doors/plan.ts";
import { type Case, define, definition, Target, undefine, unique } from "../target.ts";
import { deployment } from "./updating.ts";

// deno-lint-ignore no-explicit-any -- objects of several kinds are written in ways that no type has in common
type Any = any;

/** A way in which a Run writes its own object. */
type Write = (object: Any, kind: ResourceKind<Any>, context: ChangeContext<Any>) => AnyChange | undefined;

const place = ({ metadata: { name, namespace } }: KubeObject) => ({ name, namespace: namespace! });
const labels = { metadata: { labels: { of: "old" } } };
const addLabels = [{ op: "add", path: "/metadata/labels", value: labels.metadata.labels }] as const;
const named = ({ metadata: { name, namespace } }: KubeObject) => ({ ...labels.metadata, name, namespace: namespace! });

/** What fits every kind. */
const WRITES: Readonly<Record<string, Write>> = {
  "patch merge": (object, kind) => patch(kind, object, { merge: labels }),
  "patch json": (object, kind) => patch(kind, object, { json: addLabels }),
  "patch by UID": (object, kind) => patch(kind, { ...place(object), uid: object.metadata.uid }, { merge: labels }),
  "patch json by UID": (object, kind) =>
    patch(kind, { ...place(object), uid: object.metadata.uid }, { json: addLabels }),
  "patch of the Run's object by its place": (object, kind) => patch(kind, place(object), { merge: labels }),
  "replace": (object, kind) => replace(kind, { ...object, metadata: { ...object.metadata, ...labels.metadata } }),
  "apply of the Run's object": (object, kind) => apply(kind, { metadata: named(object) } as Any),
  "apply with the UID": (object, kind) =>
    apply(kind, { metadata: { ...named(object), uid: object.metadata.uid } } as Any),
  "remove": (object, kind) => remove(kind, object),
  "remove of the Run's object by its place": (object, kind) => remove(kind, { metadata: place(object) } as Any),
  "add a finalizer": (object, kind) => addFinalizer(kind, object, "example.dev/f"),
};

/** What needs a status of one's own. */
const STATUS_WRITES: Readonly<Record<string, Write>> = {
  "setStatus": (_object, _kind, { setStatus }) => setStatus({ phase: "old" }),
  "setStatus of one that has a status": (object, _kind, { setStatus }) => setStatus({ ...object.status, phase: "old" }),
  "setStatus without a field": (_object, _kind, { setStatus }) => setStatus({}),
  "patch merge of the status": (object, kind) =>
    patch(kind, object, { merge: { status: { phase: "old" } } }, { subresource: "status" }),
  "patch json of the status": (object, kind) =>
    patch(kind, object, { json: [{ op: "add", path: "/status", value: { phase: "old" } }] }, { subresource: "status" }),
  "replace of the status": (object, kind) =>
    replace(kind, { ...object, status: { phase: "old" } }, { subresource: "status" }),
};

const SCALE_WRITES: Readonly<Record<string, Write>> = {
  "patch merge of the scale": (object, kind) =>
    patch(kind, object, { merge: { spec: { replicas: 4 } } }, { subresource: "scale" }),
  "patch merge of the scale by UID": (object, kind) =>
    patch(kind, { ...place(object), uid: object.metadata.uid }, { merge: { spec: { replicas: 4 } } }, {
      subresource: "scale",
    }),
};

const STRATEGIC_WRITES: Readonly<Record<string, Write>> = {
  "patch strategic": (object, kind) => patch(kind, object, { strategic: labels }),
};
const STRATEGIC_SUBRESOURCES: Readonly<Record<string, Write>> = {
  "patch strategic of the scale": (object, kind) =>
    patch(kind, object, { strategic: { spec: { replicas: 4 } } }, { subresource: "scale" }),
  "patch strategic of the status": (object, kind) =>
    patch(kind, object, { strategic: { status: { replicas: 4 } } }, { subresource: "status" }),
  "patch merge of the status": (object, kind) =>
    patch(kind, object, { merge: { status: { replicas: 4 } } }, { subresource: "status" }),
};

/** One Run over an object, as it was read some time ago. */
async function run(t: Target, kind: ResourceKind<Any>, object: Any, write: Write): Promise<RunResult> {
  const steps = defineSteps(kind).change("write", (context) => write(object, kind, context as never) as never);
  const writes = [{ kind, subresources: ["status", "scale"] }];
  return await runSteps({ steps: steps as Any, object, client: t.client, writes });
}

/** The reason in all that was thrown. */
function tellsOfAnother(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (isAnotherObject(error) || isPatchMismatch(error)) {
      return /this is not the object that the change was decided on|another one has taken its name/.test(
        String(thrown),
      ) ||
        tellsOfAnother(error.cause);
    }
  }
  return false;
}

interface Taken {
  readonly kind: ResourceKind<Any>;
  readonly path: string;
  readonly collection: string;
  /** Makes an object of the name. */
  readonly make: (which: "old" | "new") => unknown;
  /** Makes it what it is before the Run reads it. */
  readonly prepare?: (which: "old" | "new") => Promise<unknown>;
}

/** Deletes an object and puts another one in its place. */
async function takeName(t: Target, { collection, path, make, prepare }: Taken): Promise<void> {
  await t.api.delete(path);
  await t.api.create(collection, make("new"));
  await prepare?.("new");
}

/** Holds each write to it: another object has the name. */
async function holdAll(t: Target, taken: Taken, writes: Readonly<Record<string, Write>>): Promise<void> {
  const { kind, collection, path, make, prepare } = taken;
  await t.api.create(collection, make("old"));
  await prepare?.("old");
  for (const [name, write] of Object.entries(writes)) {
    const old = await t.api.get(path);
    await takeName(t, taken);
    const before = await t.api.get(path);
    const result = await run(t, kind, old, write);
    assert(result.outcome === "Failed", `${kind.kind}: ${name}: ${result.outcome}`);
    assert(tellsOfAnother(result.error), `${kind.kind}: ${name}: ${result.error}`);
    const after = await t.api.get(path);
    // Of kinds that have a controller it may have written its status meanwhile.
    const told = ({ metadata: { uid, labels, finalizers }, spec }: Any) => ({ uid, labels, finalizers, spec });
    assertEquals(told(after), told(before), `${kind.kind}: ${name}`);
    assert(after.status?.["phase"] !== "old" && after.status?.["replicas"] !== 4, `${kind.kind}: ${name}`);
  }
}

function widgets(t: Target): Taken {
  const { group, kind, plural } = t.widgets;
  return {
    kind: kindOf({ group, version: "v1", kind, plural }),
    collection: t.widget(),
    path: t.widget("a"),
    make: (which) => t.newWidget("a", { image: which }),
  };
}

/** A kind of one's own with a scale. */
async function withScale(t: Target, hold: (t: Target) => Promise<void>): Promise<void> {
  const scale = { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" };
  const version = { subresources: { status: {}, scale } };
  const scaled = await define(t.client, definition(`${unique("scaled")}.dev`, "scaleds", "Scaled", { version }));
  try {
    await hold(new Target(t.client, t.namespace, scaled));
  } finally {
    await undefine(t.client, scaled);
  }
}

/** A kind of one's own whose status may be anything. */
async function withOpenStatus(t: Target, hold: (t: Target) => Promise<void>): Promise<void> {
  const any = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: any, status: any } } };
  const open = await define(t.client, definition(`${unique("open")}.dev`, "opens", "Open", { version: { schema } }));
  try {
    await hold(new Target(t.client, t.namespace, open));
  } finally {
    await undefine(t.client, open);
  }
}

function withStatus(t: Target): Taken {
  return {
    ...widgets(t),
    prepare: () => t.api.patch(`${t.widget("a")}/status`, "merge", { status: { phase: "here", observed: 1 } }),
  };
}

export const SAME_OBJECT: readonly Case[] = [
  {
    name: "no write of a custom resource that was read reaches another one of its name",
    run: (t) => holdAll(t, widgets(t), WRITES),
  },
  {
    name: "no status or scale of a custom resource that was read reaches another one of its name",
    run: (target) =>
      withScale(target, async (t) => {
        await holdAll(t, withStatus(t), { ...STATUS_WRITES, ...SCALE_WRITES });
        await t.api.delete(t.widget("a"));
        // Where neither of the two has a status, only the UID tells them apart.
        await holdAll(t, widgets(t), { setStatus: STATUS_WRITES["setStatus"]!, ...SCALE_WRITES });
      }),
  },
  {
    name: "no write of an object of a built-in kind that was read reaches another one of its name",
    async run(t) {
      const make = (which: string) => ({ metadata: { name: "a" }, data: { which } });
      const [collection, path] = [t.core("configmaps"), t.core("configmaps", "a")];
      await holdAll(t, { kind: ConfigMap, collection, path, make }, { ...WRITES, ...STRATEGIC_WRITES });
      const leases = t.grouped("coordination.k8s.io/v1", "leases");
      const lease = { kind: Lease, collection: leases, path: `${leases}/a`, make: () => ({ metadata: { name: "a" } }) };
      await holdAll(t, lease, { ...WRITES, ...STRATEGIC_WRITES });
    },
  },
  {
    name: "no status or scale of an object of a built-in kind that was read reaches another one of its name",
    async run(t) {
      const collection = t.grouped("apps/v1", "deployments");
      const taken = { kind: Deployment, collection, path: `${collection}/a`, make: () => deployment("a") };
      await holdAll(t, taken, { ...STRATEGIC_WRITES, ...SCALE_WRITES, ...STRATEGIC_SUBRESOURCES });
    },
  },
  {
    name: "no write of an object that was read makes another one of its name when it is gone",
    async run(t) {
      const leases = t.grouped("coordination.k8s.io/v1", "leases");
      const lease = { kind: Lease, collection: leases, path: `${leases}/a`, make: () => ({ metadata: { name: "a" } }) };
      for (const { kind, collection, path, make } of [widgets(t), lease]) {
        for (const [name, write] of Object.entries(WRITES)) {
          if (name.startsWith("remove")) continue;
          await t.api.create(collection, make("old"));
          const old = await t.api.get(path);
          await t.api.delete(path);
          const result = await run(t, kind, old, write);
          assertEquals(result.outcome, "Failed", `${kind.kind}: ${name}`);
          assert(await t.api.isGone(path), `${kind.kind}: ${name}`);
        }
      }
    },
  },
  {
    name: "what is tried after a change does not reach another object either, and the change stands",
    async run(t) {
      const taken = withStatus(t);
      await t.api.create(t.widget(), taken.make("old"));
      for (const [name, write] of Object.entries({ ...WRITES, ...STATUS_WRITES })) {
        if (name.startsWith("setStatus") || name === "apply of the Run's object") continue;
        const old = await t.api.get(taken.path);
        await takeName(t, taken);
        const before = await t.api.get(taken.path);
        const result = await run(
          t,
          taken.kind,
          old,
          (object, kind, context) =>
            perform("order", () => {}).alsoTry(write(object, kind, context) as Any).withStatus({ phase: "old" }),
        );
        assert(result.outcome === "Modified", name);
        assertEquals(result.bestEffortFailures.map(({ error }) => tellsOfAnother(error)), [true, true], name);
        assertEquals(await t.api.get(taken.path), before, name);
      }
    },
  },
  {
    name: "a finalizer is not taken from another object of the name",
    async run(t) {
      const taken = widgets(t);
      const held = (which: string) => ({
        ...t.newWidget("a", { image: which }),
        metadata: { name: "a", finalizers: ["e.dev/f"] },
      });
      await t.api.create(t.widget(), held("old"));
      const old = await t.api.get(taken.path);
      await t.api.patch(taken.path, "merge", { metadata: { finalizers: null } });
      await takeName(t, { ...taken, make: held });
      const result = await run(t, taken.kind, old, (object, kind) => removeFinalizer(kind, object, "e.dev/f"));
      assertEquals(result.outcome, "Failed");
      assertEquals((await t.api.get(taken.path)).metadata.finalizers, ["e.dev/f"]);
      await t.api.patch(taken.path, "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "of the object itself every write is taken, also when others have changed it meanwhile",
    run: (target) =>
      withScale(target, async (t) => {
        const taken = withStatus(t);
        for (const [name, write] of Object.entries({ ...WRITES, ...STATUS_WRITES, ...SCALE_WRITES })) {
          await t.api.create(t.widget(), taken.make("old"));
          await taken.prepare?.("old");
          const old = await t.api.get(taken.path);
          const versioned = name.startsWith("replace") || name === "remove" || name === "add a finalizer";
          if (!versioned) {
            await t.api.patch(taken.path, "merge", { metadata: { annotations: { by: "others" } } });
            await t.api.patch(`${taken.path}/status`, "merge", { status: { replicas: 3 } });
          }
          const result = await run(t, taken.kind, old, write);
          assertEquals([result.outcome, (result as Any).error], ["Modified", undefined], name);
          if (name.startsWith("remove")) continue;
          const now = await t.api.get(taken.path);
          if (!versioned) {
            assertEquals(now.metadata.annotations, { by: "others" }, name);
            if (name !== "patch json of the status") assertEquals(now.status["replicas"], 3, name);
          }
          await t.api.patch(taken.path, "merge", { metadata: { finalizers: null } });
          await t.api.delete(taken.path);
        }
      }),
  },
  {
    name: "a status is set from any to any other, and never by what was read before another one was set",
    async run(t) {
      const { kind } = widgets(t);
      const written = { ...t.newWidget("a"), status: undefined };
      await t.api.create(t.widget(), written);
      const statuses = [
        { phase: "<&>", observed: 0 },
        { phase: "\u00fc\u2028\ud83d\ude00", observed: -1 },
        { phase: "", observed: Number.MAX_SAFE_INTEGER },
        {},
        { replicas: 1 },
        { phase: 'a "b" \\c', replicas: 2 },
        { phase: "x".repeat(1_000), replicas: 3 },
      ];
      for (let round = 0; round < 2 * statuses.length; round++) {
        const status = statuses[(round * 3) % statuses.length]!;
        const old = await t.api.get(t.widget("a"));
        const set = await run(t, kind, old, (_object, _kind, { setStatus }) => setStatus(status));
        assertEquals([set.outcome, (set as Any).hadEffect], ["Modified", true], JSON.stringify(status));
        assertEquals((await t.api.get(t.widget("a"))).status, status);
        const stale = await run(
          t,
          kind,
          old,
          (_object, _kind, { setStatus }) => setStatus({ phase: "late", observed: 9, replicas: 9 }),
        );
        assert(
          stale.outcome === "Failed" && tellsOfAnother(stale.error),
          `${JSON.stringify(status)}: ${stale.outcome}`,
        );
      }
    },
  },
  {
    name: "of two who write one list of a status at once, the second is refused, and what the first has written stays",
    run: (target) =>
      withOpenStatus(target, async (t) => {
        const { kind } = widgets(t);
        const ready = { type: "Ready", status: "True", message: "<&>" };
        const theirs = { type: "Theirs", status: "True", n: 0 };
        const others: Record<string, unknown[]> = {
          "adds one": [ready, theirs, { type: "More", status: "True" }],
          "begins with one": [{ type: "More", status: "True" }, ready, theirs],
          "removes one": [ready],
          "changes one": [ready, { ...theirs, n: 1 }],
          "removes all": [],
        };
        const ours = [{ ...ready, status: "False" }, theirs];
        for (const [name, list] of Object.entries(others)) {
          await t.api.create(t.widget(), t.newWidget("a"));
          await t.api.patch(`${t.widget("a")}/status`, "merge", { status: { conditions: [ready, theirs] } });
          const old = await t.api.get(t.widget("a"));
          await t.api.patch(`${t.widget("a")}/status`, "merge", { status: { conditions: list, other: 1 } });
          const write: Write = (_object, _kind, { setStatus }) => setStatus({ conditions: ours });
          const refused = await run(t, kind, old, write);
          assert(refused.outcome === "Failed" && tellsOfAnother(refused.error), `${name}: ${refused.outcome}`);
          assertEquals((await t.api.get(t.widget("a"))).status["conditions"], list, name);
          const fresh = await run(t, kind, await t.api.get(t.widget("a")), write);
          assertEquals(fresh.outcome, "Modified", name);
          assertEquals((await t.api.get(t.widget("a"))).status, { conditions: ours }, name);
          await t.api.delete(t.widget("a"));
        }
      }),
  },
];
