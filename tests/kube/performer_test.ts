import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { ClusterRole, ConfigMap, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";
import {
  ApiError,
  ConnectError,
  ConnectionError,
  createPerformer,
  type PerformerOptions,
  statusDifference,
  UndeclaredWriteError,
  type WriteResult,
} from "../../lib/kube/mod.ts";
import {
  type AnyChange,
  apply,
  Change,
  create,
  patch,
  perform,
  remove,
  replace,
  StepContractError,
} from "../../lib/steps/mod.ts";
import { type Answer, broken, failure, Foo, refused, scriptedTransport, storedFoo, storedMap, Zone } from "./fakes.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const FOO = "/apis/example.dev/v1/namespaces/default/foos/a";
const STORED = storedMap();

function setup(answers: Answer[], options: Partial<PerformerOptions> = {}) {
  const { transport, seen, records } = scriptedTransport(...answers);
  const writes: WriteResult[] = [];
  const performer = createPerformer({
    transport,
    fieldManager: "tester",
    owner: { kind: Foo, object: storedFoo() },
    owns: [ConfigMap],
    allowed: [{ kind: Foo, subresources: ["status", "scale"] }, { kind: Foo }, { kind: ConfigMap }, {
      kind: ClusterRole,
    }],
    signal: new AbortController().signal,
    onWrite: (write) => writes.push(write),
    ...options,
  });
  return { performer, seen, writes, records };
}

/** Performs one change against one answer. */
async function performOne(change: AnyChange, answer: Answer, options: Partial<PerformerOptions> = {}) {
  const { performer, seen, writes } = setup([answer], options);
  const performed = await performer.perform(change);
  return { ...performed, request: seen[0]!, write: writes[0]! };
}

const setStatus = (status: unknown) => new Change({ verb: "setStatus", status });

Deno.test("a status whose difference is known is not compared again", async () => {
  let looked = 0;
  const status = { toJSON: () => (looked++, { text: "new" }) };
  const { performer, seen } = setup([storedFoo()]);
  await performer.perform(setStatus(status), statusDifference(storedFoo().status, { text: "new" }));
  assertEquals(looked, 0);
  const other = setup([storedFoo()]);
  await other.performer.perform(setStatus(status));
  assertEquals(looked, 1);
  assertEquals(other.seen[0]?.body, seen[0]?.body);
});

Deno.test("create fills in type, namespace and owner, and gives back the stored object, frozen", async () => {
  const change = create(ConfigMap, { metadata: { name: "m" }, data: { k: "v" } });
  const { request, result, hadEffect, description, write } = await performOne(change, STORED);
  assertEquals(request.call, `POST ${MAPS}?fieldManager=tester`);
  assertEquals(request.body, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "m",
      namespace: "default",
      ownerReferences: [{ apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid: "uid-a", controller: true }],
    },
    data: { k: "v" },
  });
  assertEquals([result, hadEffect, description], [STORED, true, "create ConfigMap default/m"]);
  assert(Object.isFrozen(result) && Object.isFrozen((result as typeof STORED).metadata));
  assertEquals(write, { type: "stored", kind: ConfigMap, object: STORED });
});

Deno.test("a generated name is in the description", async () => {
  const change = create(ConfigMap, { metadata: { generateName: "m-" } });
  const { description, request } = await performOne(change, storedMap({ name: "m-x7z" }));
  assertEquals([description, request.call], ["create ConfigMap default/m-x7z", `POST ${MAPS}?fieldManager=tester`]);
});

Deno.test("apply is a patch of its own type, forced, by the controller's field manager or another", async () => {
  const draft = { metadata: { name: "m" } };
  const plain = await performOne(apply(ConfigMap, draft), STORED);
  assertEquals(plain.request.call, `PATCH ${MAPS}/m?fieldManager=tester&force=true`);
  assertEquals(plain.request.contentType, "application/apply-patch+yaml");
  const other = await performOne(apply(ConfigMap, draft, { force: false, fieldManager: "else" }), STORED);
  assertEquals(other.request.call, `PATCH ${MAPS}/m?fieldManager=else&force=false`);
});

Deno.test("each type of patch has its content type", async () => {
  const ref = { name: "m" };
  const sent = async (body: Parameters<typeof patch>[2]) => {
    const { request } = await performOne(patch(ConfigMap, ref, body), STORED);
    assertEquals(request.call, `PATCH ${MAPS}/m?fieldManager=tester`);
    return [request.contentType, request.body];
  };
  assertEquals(await sent({ merge: { data: {} } }), ["application/merge-patch+json", { data: {} }]);
  assertEquals(await sent({ json: [] }), ["application/json-patch+json", []]);
  assertEquals(await sent({ strategic: {} }), ["application/strategic-merge-patch+json", {}]);
});

Deno.test("a write that stored nothing new had no effect", async () => {
  const known = { known: () => STORED };
  const merge = { merge: {} };
  assertEquals((await performOne(patch(ConfigMap, { name: "m" }, merge), STORED, known)).hadEffect, false);
  assertEquals((await performOne(apply(ConfigMap, { metadata: { name: "m" } }), STORED, known)).hadEffect, false);
  assertEquals((await performOne(replace(ConfigMap, STORED), STORED)).hadEffect, false);
  assertEquals((await performOne(patch(Foo, storedFoo(), merge), storedFoo())).hadEffect, false);
  assertEquals(
    (await performOne(patch(Foo, storedFoo(), merge), storedFoo({ resourceVersion: "11" }))).hadEffect,
    true,
  );
  // Nothing is known of the object: better one Run too many.
  assertEquals((await performOne(patch(ConfigMap, { name: "m" }, merge), STORED)).hadEffect, true);
});

Deno.test("replace sends the whole object, and only with a resource version", async () => {
  const { request } = await performOne(replace(ConfigMap, STORED), storedMap({ resourceVersion: "21" }));
  assertEquals([request.call, request.body], [`PUT ${MAPS}/m?fieldManager=tester`, STORED]);
  const { performer, seen } = setup([]);
  const blind = replace(ConfigMap, storedMap({ resourceVersion: "" }));
  await assertRejects(() => performer.perform(blind), TypeError, "Cannot replace ConfigMap default/m as it has no");
  assertEquals(seen, []);
});

Deno.test("remove demands the object that the step has seen", async () => {
  const answer = { kind: "Status", status: "Success", details: { uid: "uid-m" } };
  const { request, write, hadEffect, result } = await performOne(remove(ConfigMap, STORED), answer);
  assertEquals(request.call, `DELETE ${MAPS}/m`);
  assertEquals(request.body, {
    apiVersion: "v1",
    kind: "DeleteOptions",
    preconditions: { uid: "uid-m", resourceVersion: "20" },
    propagationPolicy: "Background",
  });
  assertEquals(write, { type: "gone", kind: ConfigMap, ref: { namespace: "default", name: "m" }, uid: "uid-m" });
  assertEquals([hadEffect, result], [true, undefined]);
});

Deno.test("removing an object that is already gone has no effect, and is no error", async () => {
  const { write, hadEffect } = await performOne(remove(ConfigMap, STORED), failure(404, "NotFound", "", { name: "m" }));
  assertEquals(write, { type: "gone", kind: ConfigMap, ref: { namespace: "default", name: "m" }, uid: "uid-m" });
  assertEquals(hadEffect, false);
  const { performer } = setup(["404 page not found"]);
  await assertRejects(() => performer.perform(remove(ConfigMap, STORED)), ApiError, "does not know configmaps");
});

Deno.test("a removal without a UID of an object that is already gone leaves doubt: another object may have the name", async () => {
  const change = remove(ConfigMap, STORED, { preconditions: {} });
  const { write } = await performOne(change, failure(404, "NotFound", "", { name: "m" }));
  const ref = { namespace: "default", name: "m" };
  assertEquals(write, { type: "uncertain", kind: ConfigMap, ref, mayArrive: false });
});

Deno.test("an object that is removed but has finalizers is still there", async () => {
  const dying = { deletionTimestamp: "2024-01-02T00:00:00Z", finalizers: ["x.dev/a"] };
  const first = await performOne(remove(ConfigMap, STORED), storedMap({ ...dying, resourceVersion: "21" }));
  assertEquals([first.write.type, first.hadEffect], ["stored", true]);
  const again = await performOne(remove(ConfigMap, storedMap(dying)), storedMap(dying));
  assertEquals(again.hadEffect, false);
});

Deno.test("an object whose last finalizer a patch removes is gone, although its version stays", async () => {
  const dying = storedFoo({ deletionTimestamp: "2024-01-02T00:00:00Z", deletionGracePeriodSeconds: 0 });
  const { write, hadEffect, result } = await performOne(patch(Foo, storedFoo(), { merge: {} }), dying);
  assertEquals(write, { type: "gone", kind: Foo, ref: { namespace: "default", name: "a" }, uid: "uid-a" });
  assertEquals([hadEffect, result], [true, dying]);
});

Deno.test("setStatus makes the status exactly the one given", async () => {
  const owner = { kind: Foo, object: storedFoo({}, { status: { a: 1, b: { x: 1, y: 2 }, l: ["q"] } }) };
  const answer = storedFoo({ resourceVersion: "11" });
  const { request, description, hadEffect } = await performOne(setStatus({ b: { y: 3 }, l: ["r"] }), answer, { owner });
  assertEquals(request, {
    call: `PATCH ${FOO}/status?fieldManager=tester`,
    body: [
      { op: "test", path: "/metadata/uid", value: "uid-a" },
      { op: "test", path: "/status/a", value: 1 },
      { op: "test", path: "/status/l/0", value: "q" },
      { op: "remove", path: "/status/l/0" },
      { op: "test", path: "/status/l", value: [] },
      { op: "test", path: "/status/b/x", value: 1 },
      { op: "test", path: "/status/b/y", value: 2 },
      { op: "add", path: "/status/a", value: null },
      { op: "remove", path: "/status/a" },
      { op: "add", path: "/status/l", value: ["r"] },
      { op: "add", path: "/status/b/x", value: null },
      { op: "remove", path: "/status/b/x" },
      { op: "add", path: "/status/b/y", value: 3 },
    ],
    contentType: "application/json-patch+json",
  });
  assertEquals([description, hadEffect], ["patch status of Foo default/a", true]);
});

Deno.test("a status that already matches is not sent", async () => {
  const object = storedFoo({}, { status: { a: 1 } });
  const { performer, seen } = setup([], { owner: { kind: Foo, object } });
  const { hadEffect, result } = await performer.perform(setStatus({ a: 1, b: undefined }));
  assertEquals([hadEffect, seen.length], [false, 0]);
  assertStrictEquals(result, object);
});

Deno.test("a status must be an object", async () => {
  for (const status of [undefined, null, "ready", [1]]) {
    await assertRejects(() => setup([]).performer.perform(setStatus(status)), TypeError, "as it must be an object");
  }
});

Deno.test("perform runs its action with the signal, and reports no write", async () => {
  const { signal } = new AbortController();
  const { performer, writes } = setup([], { signal });
  const performed = await performer.perform(
    perform("order it", (given) => given === signal ? "ordered" : "wrong signal"),
  );
  assertEquals(performed, { result: "ordered", hadEffect: true, description: "perform order it" });
  assertEquals(writes, []);
});

Deno.test("a Run has one change, also when the first one failed", async () => {
  const { performer, seen } = setup([failure(409, "Conflict", "", { name: "m" })]);
  const change = patch(ConfigMap, { name: "m" }, { merge: {} });
  await assertRejects(() => performer.perform(change), ApiError);
  await assertRejects(() => performer.perform(change), StepContractError, "this Run has already made its one change");
  assertEquals(seen.length, 1);
});

Deno.test("a status that is added to a change of the Run's own object goes by what that change has made", async () => {
  const changed = storedFoo({ resourceVersion: "11" }, { status: { b: { x: 1 } } });
  const { performer, seen } = setup([changed, changed]);
  await performer.perform(patch(Foo, storedFoo(), { merge: { status: { b: { x: 1 } } } }, { subresource: "status" }));
  await performer.bestEffortStatus({ a: 1, b: { y: new Date(0), z: undefined } });
  assertEquals((seen[1]!.body as unknown[]).slice(1), [
    { op: "test", path: "/status/a", value: null },
    { op: "test", path: "/status/b/y", value: null },
    { op: "add", path: "/status/a", value: 1 },
    { op: "add", path: "/status/b/y", value: "1970-01-01T00:00:00.000Z" },
  ]);
});

Deno.test("a status to be merged that is none is refused: it would remove all that there is", async () => {
  for (const status of [undefined, null, [], "up"]) {
    const { performer, seen } = setup([STORED]);
    await performer.perform(patch(ConfigMap, { name: "m" }, { merge: {} }));
    const words = "Cannot write the status of Foo default/a as it must be an object: current value is ";
    await assertRejects(() => performer.bestEffortStatus(status), TypeError, words);
    assertEquals(seen.length, 1);
  }
});

Deno.test("best-effort changes come after the one change, never before", async () => {
  const { performer, seen } = setup([STORED, storedFoo(), STORED]);
  const change = patch(ConfigMap, { name: "m" }, { merge: {} });
  await assertRejects(() => performer.bestEffort(change), StepContractError, "has not had its one change");
  await assertRejects(() => performer.bestEffortStatus({ a: 1 }), StepContractError);
  await performer.perform(change);
  await performer.bestEffortStatus({ a: 1 });
  await performer.bestEffort(change);
  assertEquals(seen.map(({ call }) => call.split("?")[0]), [
    `PATCH ${MAPS}/m`,
    `PATCH ${FOO}/status`,
    `PATCH ${MAPS}/m`,
  ]);
  assertEquals(seen[1]!.body, [
    { op: "test", path: "/metadata/uid", value: "uid-a" },
    { op: "test", path: "/status", value: null },
    { op: "add", path: "/status", value: { a: 1 } },
  ]);
});

Deno.test("an undeclared write is not sent, and the message has the missing declaration", async () => {
  const refuses = async (change: AnyChange, allowed: PerformerOptions["allowed"], words: string) => {
    const { performer, seen, writes } = setup([], { allowed });
    await assertRejects(() => performer.perform(change), UndeclaredWriteError, words);
    assertEquals([seen, writes], [[], []]);
  };
  const secret = { metadata: { name: "s" } };
  await refuses(create(Secret, secret), [], 'add Secret to "owns", or { kind: Secret, verbs: ["create"] } to "writes"');
  const onlyPatch = [{ kind: Secret, verbs: ["patch"] as const }];
  await refuses(create(Secret, secret), onlyPatch, 'add { kind: Secret, verbs: ["create"] } to "writes"');
  await refuses(apply(Secret, secret), onlyPatch, 'verbs: ["create", "patch"]');
  const scale = patch(Deployment, { name: "d" }, { merge: {} }, { subresource: "scale" });
  await refuses(scale, [{ kind: Deployment }], 'verbs: ["patch"], subresources: ["scale"] }');
});

Deno.test("a declaration covers every version of its kind, and its verbs may be spread over several", async () => {
  const allowed = [
    { kind: { ...ConfigMap, version: "v2" }, verbs: ["create"] as const },
    { kind: ConfigMap, verbs: ["patch"] as const },
  ];
  const { hadEffect } = await performOne(apply(ConfigMap, { metadata: { name: "m" } }), STORED, { allowed });
  assertEquals(hadEffect, true);
});

Deno.test("the Run's object becomes the owner of what the controller owns, and of nothing else", async () => {
  const ownersOf = async (change: AnyChange, options: Partial<PerformerOptions> = {}) =>
    ((await performOne(change, STORED, options)).request.body as typeof STORED).metadata.ownerReferences?.map((
      { uid },
    ) => uid);
  const draft = { metadata: { name: "m" } };
  const other = { apiVersion: "v1", kind: "Pod", name: "p", uid: "uid-p" };
  assertEquals(await ownersOf(create(ConfigMap, draft)), ["uid-a"]);
  assertEquals(await ownersOf(create(ConfigMap, draft, { owned: false })), undefined);
  assertEquals(await ownersOf(create(ConfigMap, draft), { owns: [] }), undefined);
  assertEquals(await ownersOf(create(ConfigMap, { metadata: { name: "m", ownerReferences: [other] } })), [
    "uid-p",
    "uid-a",
  ]);
  const mine = { ...other, uid: "uid-a" };
  assertEquals(await ownersOf(create(ConfigMap, { metadata: { name: "m", ownerReferences: [mine] } })), ["uid-a"]);
});

Deno.test("an owner in a namespace owns nothing outside of it; one without owns anything", async () => {
  const outside = create(ConfigMap, { metadata: { name: "m", namespace: "other" } });
  const above = create(ClusterRole, { metadata: { name: "r" } });
  const owns = [ConfigMap, ClusterRole];
  const refuses = (change: AnyChange, words: string) =>
    assertRejects(() => setup([], { owns }).performer.perform(change), TypeError, words);
  await refuses(outside, 'Foo default/a the owner of ConfigMap other/m as the owner is in namespace "default"');
  await refuses(above, "the object is cluster-scoped");
  const { namespace: _, ...metadata } = storedFoo().metadata;
  const zone = { apiVersion: "example.dev/v1", kind: "Zone", metadata };
  const role = { ...storedMap({ name: "r" }), apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" };
  for (const [change, answer] of [[outside, storedMap({ namespace: "other" })], [above, role]] as const) {
    await performOne(change, answer, { owns, owner: { kind: Zone, object: zone } });
  }
});

Deno.test("an invalid draft is refused before it is sent", async () => {
  const refuses = async (change: AnyChange, words: string) => {
    const { performer, seen } = setup([]);
    await assertRejects(() => performer.perform(change), TypeError, words);
    assertEquals(seen, []);
  };
  await refuses(create(ConfigMap, { metadata: {} }), "neither metadata.name nor metadata.generateName");
  await refuses(apply(ConfigMap, { metadata: { generateName: "m-" } }), "server-side apply needs metadata.name");
  await refuses(
    create(ConfigMap, { kind: "Secret", metadata: { name: "m" } }),
    'its kind must be "ConfigMap": current value is "Secret"',
  );
  await refuses(create(ConfigMap, { apiVersion: "v2", metadata: { name: "m" } }), 'its apiVersion must be "v1"');
  await refuses(create(ClusterRole, { metadata: { name: "r", namespace: "n" } }), "cluster-scoped");
});

Deno.test("doubt about a write is reported: its basis may be outdated, or it may have been carried out", async () => {
  const change = patch(ConfigMap, { name: "m" }, { merge: {} });
  const taken = {
    name: "m",
    causes: [{ field: "metadata.uid", reason: "FieldValueInvalid", message: "is immutable" }],
  };
  const doubtful: [Answer, mayArrive: boolean][] = [
    [failure(409, "Conflict", "", { name: "m" }), false],
    [failure(404, "NotFound", "", { name: "m" }), false],
    [failure(422, "Invalid"), false],
    [failure(422, "Invalid", "", taken), false],
    [failure(500, "InternalError"), true],
    [failure(504, "Timeout"), true],
    [broken(), true],
    ["<html>welcome", true],
  ];
  for (const [answer, mayArrive] of doubtful) {
    const { performer, writes } = setup([answer]);
    await assertRejects(() => performer.perform(change));
    const ref = { namespace: "default", name: "m" };
    assertEquals(writes, [{ type: "uncertain", kind: ConfigMap, ref, mayArrive }]);
  }
});

Deno.test("a refusal for good leaves no doubt", async () => {
  const change = create(ConfigMap, { metadata: { name: "m" } });
  const refusals = [
    failure(403, "Forbidden"),
    failure(422, "Invalid", "", { name: "m" }),
    failure(401, "Unauthorized"),
  ];
  for (const answer of refusals) {
    const { performer, writes } = setup([answer]);
    await assertRejects(() => performer.perform(change), ApiError);
    assertEquals(writes, []);
  }
  const { performer, writes } = setup(Array.from({ length: 5 }, refused));
  await assertRejects(() => performer.perform(change), ConnectionError);
  assertEquals(writes, []);
  // The exec plugin gave nothing, say.
  const unproved = setup([() => new ConnectError("no credential")]);
  await assertRejects(() => unproved.performer.perform(change), ConnectError);
  assertEquals(unproved.writes, []);
});

Deno.test("a write that is aborted under way leaves doubt; one that was not started does not", async () => {
  const controller = new AbortController();
  const change = create(ConfigMap, { metadata: { generateName: "m-" } });
  const underWay = setup([() => {
    controller.abort(new RangeError("too long"));
    return controller.signal.reason;
  }], { signal: controller.signal });
  await assertRejects(() => underWay.performer.perform(change), RangeError, "too long");
  assertEquals(underWay.writes, [{ type: "uncertain", kind: ConfigMap, ref: undefined, mayArrive: true }]);
  const notBegun = setup([], { signal: controller.signal });
  await assertRejects(() => notBegun.performer.perform(change), RangeError);
  assertEquals([notBegun.writes, notBegun.seen], [[], []]);
});

Deno.test("the meaning of a refusal is explained: another object has the name", async () => {
  const precondition = "Precondition failed: UID in precondition: uid-m, UID in object meta: uid-n";
  const causes = [{ reason: "FieldValueInvalid", field: "metadata.uid", message: "field is immutable" }];
  const refusals: [AnyChange, Answer, words: string][] = [
    [replace(ConfigMap, STORED), failure(409, "Conflict", precondition, { name: "m" }), "this is not the object"],
    [
      patch(ConfigMap, STORED, { merge: {} }),
      failure(422, "Invalid", "", { name: "m", causes }),
      "this is not the object",
    ],
    [
      patch(ConfigMap, STORED, { json: [] }),
      failure(422, "Invalid"),
      "another one has taken its name, or what the patch",
    ],
    [setStatus({ a: 1 }), failure(422, "Invalid"), "another one has taken its name, or what the patch"],
    [patch(ConfigMap, { name: "m" }, { json: [] }), failure(422, "Invalid"), "the patch does not fit the object"],
  ];
  for (const [change, answer, words] of refusals) {
    const { performer, writes } = setup([answer]);
    await assertRejects(() => performer.perform(change), ApiError, words);
    assertEquals(writes.map(({ type }) => type), ["uncertain"]);
  }
});

Deno.test("a replacement without a UID is refused, unless it is of the Run's own object", async () => {
  const { metadata: { uid: _, ...metadata }, ...rest } = STORED;
  const change = replace(ConfigMap, { ...rest, metadata } as ConfigMap);
  const { performer, seen } = setup([]);
  await assertRejects(() => performer.perform(change), TypeError, "as it has no metadata.uid");
  assertEquals(seen, []);
  const { metadata: { uid: _own, ...own }, ...foo } = storedFoo();
  const { request } = await performOne(replace(Foo, { ...foo, metadata: own } as Foo), storedFoo());
  assertEquals((request.body as Foo).metadata.uid, "uid-a");
});

Deno.test("a merge patch of a subresource by a UID alone is refused: it would not be honoured", async () => {
  const change = patch(Foo, { name: "b", uid: "uid-b" }, { merge: { status: { a: 1 } } }, { subresource: "status" });
  const { performer, seen } = setup([]);
  await assertRejects(() => performer.perform(change), TypeError, "give the object that was read, or a JSON patch");
  assertEquals(seen, []);
});

Deno.test("a status with more changes than a JSON patch may have insists on the version instead", async () => {
  const many = (value: number) => Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`k${at}`, value]));
  const owner = { kind: Foo, object: storedFoo({}, { status: { b: many(1) } }) };
  const { request } = await performOne(setStatus({ b: many(2) }), storedFoo({ resourceVersion: "11" }), { owner });
  assertEquals(request.contentType, "application/merge-patch+json");
  assertEquals((request.body as Foo).metadata, { uid: "uid-a", resourceVersion: "10" } as Foo["metadata"]);
  assertEquals((request.body as Foo).status, { b: many(2) });
});

Deno.test("numbers that may have lost digits leave no doubt, because nothing is sent", async () => {
  const { performer, seen, writes } = setup([]);
  const change = patch(ConfigMap, STORED, { merge: { data: { n: 2 ** 53 } } });
  await assertRejects(() => performer.perform(change), TypeError, "as data.n is a whole number beyond 2^53 - 1");
  assertEquals([seen, writes], [[], []]);
});

Deno.test("a replacement that is sent as a patch needs the declaration of one, and the message says why", async () => {
  const object = storedFoo({}, { spec: { n: 2 ** 53 } });
  const owner = { kind: Foo, object };
  const change = replace(Foo, { ...object, metadata: { ...object.metadata, labels: { a: "b" } } });
  const refused = setup([], { owner, allowed: [{ kind: Foo, verbs: ["update"] }] });
  const error = await assertRejects(() => refused.performer.perform(change), UndeclaredWriteError);
  assert(/verbs: \["patch"\].*; a replacement is sent as a patch because/.test(error.message), error.message);
  assertEquals(refused.seen, []);
  const { request } = await performOne(change, storedFoo({ resourceVersion: "11" }), { owner });
  assertEquals(request.contentType, "application/json-patch+json");
});

Deno.test("the answer to a write of a scale is not taken for the object", async () => {
  const scale = {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: storedFoo({ resourceVersion: "11" }).metadata,
  };
  const change = patch(Foo, storedFoo(), { merge: { spec: { replicas: 2 } } }, { subresource: "scale" });
  const { write, hadEffect, result } = await performOne(change, scale);
  const ref = { namespace: "default", name: "a" };
  assertEquals(write, { type: "uncertain", kind: Foo, ref, mayArrive: false });
  assertEquals([hadEffect, result], [true, scale]);
});
