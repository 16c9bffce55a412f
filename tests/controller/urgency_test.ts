import { assertEquals } from "@std/assert";
import { urgencyForItself } from "../../lib/controller/waking/urgency.ts";
import type { KubeObject } from "../../lib/model/mod.ts";
import type { CacheChange } from "../../lib/watch/mod.ts";

const METADATA = { name: "a", uid: "1", resourceVersion: "1", creationTimestamp: "2024-01-01T00:00:00Z" };

type Loose = { readonly metadata?: Record<string, unknown>; readonly [field: string]: unknown };

const object = ({ metadata, ...fields }: Loose): KubeObject =>
  ({ apiVersion: "v1", kind: "Foo", ...fields, metadata: { ...METADATA, ...metadata } }) as KubeObject;

const change = (before: Loose | undefined, after: Loose | undefined): CacheChange => ({
  key: "default/a",
  source: "event",
  before: before && object(before),
  after: after && object(after),
});

const CASES: readonly (readonly [what: string, change: CacheChange, urgency: "soon" | "release"])[] = [
  ["it appeared", change(undefined, {}), "release"],
  ["it disappeared", change({}, undefined), "release"],
  ["another one took its place", change({}, { metadata: { uid: "2" } }), "release"],
  ["its generation", change({ metadata: { generation: 1 } }, { metadata: { generation: 2 } }), "release"],
  [
    "its deletion",
    change({ metadata: { generation: 1 } }, { metadata: { generation: 1, deletionTimestamp: "x" } }),
    "release",
  ],
  [
    "more of its deletion",
    change({ metadata: { generation: 2, deletionTimestamp: "x" } }, {
      metadata: { generation: 2, deletionTimestamp: "x", finalizers: [] },
    }),
    "soon",
  ],
  [
    "its status",
    change({ metadata: { generation: 1 }, status: {} }, { metadata: { generation: 1 }, status: { a: 1 } }),
    "soon",
  ],
  ["its labels", change({ metadata: { generation: 1 } }, { metadata: { generation: 1, labels: { a: "b" } } }), "soon"],
  ["without generation: its data", change({ data: { a: "b" } }, { data: { a: "c" } }), "release"],
  ["without generation: data that came", change({}, { data: {} }), "release"],
  ["without generation: data that went", change({ data: {} }, {}), "release"],
  ["without generation: a field of an odd name", change({}, { constructor: {} }), "release"],
  ["without generation: its labels", change({}, { metadata: { labels: {} } }), "release"],
  ["without generation: its status", change({ status: { a: 1 } }, { status: { a: 2 } }), "soon"],
  [
    "without generation: nothing but the version",
    change({ data: {} }, { data: {}, metadata: { resourceVersion: "2" } }),
    "soon",
  ],
  [
    "without generation: who manages it",
    change({ metadata: { managedFields: [1] } }, { metadata: { managedFields: [2] } }),
    "soon",
  ],
];

for (const [what, changed, urgency] of CASES) {
  Deno.test(`what an object's own change means to it: ${what}: ${urgency}`, () => {
    assertEquals(urgencyForItself(changed), urgency);
  });
}

Deno.test("an object whose change cannot be read is run soon", () => {
  const unreadable = {
    key: "default/a",
    source: "event",
    get before(): never {
      throw new Error("broken");
    },
    after: undefined,
  } as CacheChange;
  assertEquals(urgencyForItself(unreadable), "soon");
});
