/** Random declarations: whatever steps try, the API server is only asked what the computed rules allow. */

import { assert, assertEquals } from "@std/assert";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { type ResolvedOperator, resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { type PolicyRule, type Rights, rightsOf } from "../../lib/deploy/rights/mod.ts";
import { ConfigMap, Deployment, Namespace, Secret } from "../../lib/kube/kinds/mod.ts";
import { UndeclaredReadError, UndeclaredWriteError } from "../../lib/doors/errors.ts";

import { type RequestRecord, seededRandom, testHarness } from "../../lib/testing/mod.ts";
import { OptionsError } from "../../lib/controller/mod.ts";
import {
  apply,
  type Change,
  component,
  type ControllerDefinition,
  create,
  defineController,
  defineSteps,
  type KubeObject,
  patch,
  remove,
  replace,
  type ResourceKind,
  watchKind,
} from "../../mod.ts";
import { Bar, Foo, Zone } from "../controller/resources.ts";

/** More by hand, such as 3000, which take some minutes. */
const SEEDS = Number(Deno.env.get("STAIRCASE_SEEDS") ?? 60);
const NAMES = ["one", "two", "three"];
const VERBS = ["create", "update", "patch", "delete"] as const;
const KINDS = [ConfigMap, Secret, Deployment, Namespace, Foo, Bar, Zone] as unknown as ResourceKind<KubeObject>[];

/** Choices that repeat for the same seed. */
class Dice {
  readonly #random;
  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }
  chance(share: number): boolean {
    return this.#random.next() < share;
  }
  one<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random.next() * from.length)]!;
  }
  some<T>(from: readonly T[], share = 0.4): T[] {
    return from.filter(() => this.chance(share));
  }
  /** Some, at least one. */
  few<T>(from: readonly T[]): T[] {
    const some = this.some(from);
    return some.length > 0 ? some : [this.one(from)];
  }
}

/** A read or write by a step. */
interface Tried {
  readonly isRead: boolean;
  /** What the declarations say of it. */
  readonly isDeclared: boolean;
  readonly what: string;
  readonly refusal: unknown;
}

/** What a random operator declares, and the steps that try whatever comes to mind. */
function randomController(dice: Dice, resource: ResourceKind<KubeObject>, tried: Tried[]): ControllerDefinition {
  const namespaced = resource.scope === "Namespaced";
  const others = KINDS.filter((kind) => kind !== resource);
  const ownable = others.filter(({ scope }) => !namespaced || scope === "Namespaced");
  const entry = (kind: ResourceKind<KubeObject>, named = true) => ({
    kind,
    ...(dice.chance(0.6) && { verbs: dice.few(VERBS) }),
    ...(named && dice.chance(0.3) && { names: dice.few(NAMES) }),
  });
  const everywhere = () => dice.chance(0.3) && { everywhere: dice.chance(0.8) };
  const namespaces = namespaced && dice.chance(0.7) ? dice.few(["a", "b"]) : undefined;
  // By itself, a kind of components gets the verbs of the components alone.
  const owns = dice.some(ownable, 0.25).map((kind) => ({
    ...(kind === ConfigMap as never && { verbs: VERBS }),
    ...entry(kind),
  }));
  const watches = dice.some(others.filter((kind) => !owns.some((one) => one.kind === kind)), 0.2).map((kind) =>
    watchKind(kind, { map: () => [], ...(dice.chance(0.5) && { reads: dice.some(["get", "list"] as const, 0.5) }) })
  );
  const writes = dice.some(KINDS, 0.3).map((kind) => ({
    ...entry(kind),
    ...(dice.chance(0.4) && { verbs: ["patch", "update"] as const, subresources: ["status"] }),
    ...everywhere(),
  }));
  const reads = dice.some(others, 0.3).map((kind) =>
    dice.chance(0.4)
      ? { kind, names: dice.few(NAMES), ...everywhere() }
      : { kind, ...(dice.chance(0.5) && { verbs: dice.few(["get", "list"] as const) }), ...everywhere() }
  );
  const goesFar = dice.chance(0.5);
  const far = dice.chance(0.3) && ownable.includes(ConfigMap as never)
    ? component(resource, ConfigMap, {
      ...{ name: "far", build: () => ({ data: { a: "b" } }) },
      ...(goesFar && { namespace: () => "elsewhere" }),
    })
    : undefined;
  /** Whether an entry is about a namespace, or all of them. */
  const isPlaced = (kind: ResourceKind, namespace: string | undefined, entry: object = {}) =>
    namespaces === undefined || kind.scope === "Cluster" || namespace !== undefined && namespaces.includes(namespace) ||
    ((entry as { everywhere?: boolean }).everywhere ?? (far !== undefined && goesFar && kind === ConfigMap as never));

  // The declarations, read by other means than those under test.
  const declaredWrite = (kind: ResourceKind, verb: string, place: string | undefined, name?: string, part?: string) =>
    [...(part ? [] : owns), ...writes].some((one) =>
      one.kind === kind && isPlaced(kind, place, one) &&
      (one.verbs === undefined || (one.verbs as readonly string[]).includes(verb)) &&
      (one.names === undefined || name !== undefined && one.names.includes(name)) &&
      ("subresources" in one && one.subresources !== undefined) === (part !== undefined)
    );
  const declaredRead = (kind: ResourceKind, verb: "get" | "list", place: string | undefined, name?: string) =>
    isPlaced(kind, place) && (kind === resource || owns.some((one) => one.kind === kind)) ||
    isPlaced(kind, place) &&
      watches.some((one) => one.kind === kind && (one.reads === undefined || one.reads.includes(verb))) ||
    reads.some((one) =>
      one.kind === kind && isPlaced(kind, place, one) && (!("verbs" in one) || one.verbs!.includes(verb)) &&
      (!("names" in one) || name !== undefined && one.names!.includes(name))
    );

  /** Nearly always where the object is. */
  const somewhere = (own: KubeObject) =>
    dice.chance(0.2) ? "elsewhere" : own.metadata.namespace ?? dice.one(["a", "b"]);

  const change = (own: KubeObject): { change: Change<unknown>; isDeclared: boolean } => {
    const kind = dice.one(KINDS);
    const verb = dice.one(["create", "generate", "apply", "patch", "replace", "remove", "status"]);
    const name = dice.one([...NAMES, own.metadata.name]);
    const place = kind.scope === "Namespaced" ? somewhere(own) : undefined;
    const at = place === undefined ? {} : { namespace: place };
    const metadata = { name, ...at };
    const body = { metadata, ...(kind === (Deployment as never) && { spec: DEPLOYED }) };
    const yes = (verbs: readonly string[], part?: string) =>
      verbs.every((one) => declaredWrite(kind, one, place, verb === "generate" ? undefined : name, part));
    const merge = { merge: { metadata: { labels: { tried: `${dice.one([1, 2, 3, 4])}` } } } };
    const owned = { owned: dice.chance(0.5) };
    const home = own.metadata.namespace;
    // It is refused for another reason: an owner is in the namespace of what it owns.
    const isAstray = owned.owned && owns.some((one) => one.kind === kind) && home !== undefined && place !== home;
    switch (verb) {
      case "create":
        return { change: create(kind, body as never, owned), isDeclared: isAstray || yes(["create"]) };
      case "generate":
        return {
          change: create(kind, { ...body, metadata: { ...at, generateName: "some-" } } as never, owned),
          isDeclared: isAstray || yes(["create"]),
        };
      case "apply":
        return { change: apply(kind, body as never, owned), isDeclared: isAstray || yes(["create", "patch"]) };
      case "patch":
        return { change: patch(kind, metadata as never, merge), isDeclared: yes(["patch"]) };
      case "replace":
        return {
          change: replace(
            kind,
            { ...body, metadata: { ...metadata, resourceVersion: "1", uid: "of-another" } } as never,
          ),
          isDeclared: yes(["update"]),
        };
      case "remove":
        return { change: remove(kind, body as never), isDeclared: yes(["delete"]) };
      default:
        return {
          change: patch(kind, metadata as never, { merge: { status: {} } }, { subresource: "status" }),
          isDeclared: yes(["patch"], "status"),
        };
    }
  };

  let plan = defineSteps(resource)
    .observe("read", async ({ kube, object }) => {
      for (let times = 0; times < 3; times++) {
        const kind = dice.one(KINDS);
        const isList = dice.chance(0.5);
        const isNamespaced = kind.scope === "Namespaced";
        const asked = isNamespaced ? isList && dice.chance(0.2) ? "*" : somewhere(object) : undefined;
        const namespace = asked === undefined ? {} : { namespace: asked };
        const place = asked === "*" ? undefined : asked;
        const name = dice.one([...NAMES, object.metadata.name]);
        const what = `${isList ? "list" : "get"} ${kind.kind} ${asked}/${name}`;
        const isDeclared = isList ? declaredRead(kind, "list", place) : declaredRead(kind, "get", place, name);
        try {
          await (isList ? kube.list(kind, namespace as never) : kube.get(kind, name, namespace as never));
          tried.push({ isRead: true, isDeclared, what, refusal: undefined });
        } catch (error) {
          tried.push({ isRead: true, isDeclared, what, refusal: error });
        }
      }
    });
  if (far) plan = plan.ensure(far as never) as never;
  plan = plan.change("write", ({ object, setStatus }) => {
    if (dice.chance(0.1)) return setStatus({ phase: `${dice.one([1, 2, 3, 4])}` } as never) as never;
    const { change: made, isDeclared } = change(object);
    tried.push({ isRead: false, isDeclared, what: String(made), refusal: undefined });
    return made as never;
  }) as never;
  return defineController({
    ...{ resource, steps: plan as never, owns, watches, writes, reads },
    ...(dice.chance(0.5) && { cleanup: defineSteps(resource) }),
    ...(namespaces && { namespace: namespaces }),
    requeueEvery: "1s",
    backoff: { base: "1s", cap: "2s" },
  } as never) as ControllerDefinition;
}

const DEPLOYED = {
  selector: { matchLabels: { a: "b" } },
  template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "a", image: "a" }] } },
};

/** Whether RBAC would let a request pass. */
function isAllowed(rights: Rights, namespaces: readonly string[] | undefined, request: RequestRecord): boolean {
  const { group, resource, subresource, verb, name, namespace } = request;
  const named = subresource === undefined ? resource : `${resource}/${subresource}`;
  const fits = ({ apiGroups, resources, verbs, resourceNames }: PolicyRule) =>
    apiGroups.includes(group) && resources.includes(named) && verbs.includes(verb) &&
    (resourceNames === undefined || name !== undefined && resourceNames.includes(name));
  return rights.cluster.some(fits) ||
    (namespace !== undefined && (namespaces === undefined || namespaces.includes(namespace)) &&
      rights.namespaced.some(fits));
}

/** What one seed shows. */
interface Shown {
  readonly wrong: readonly string[];
  readonly sent: number;
  readonly refused: number;
}

async function play(seed: number): Promise<Shown> {
  const dice = new Dice(seed);
  const tried: Tried[] = [];
  const kinds = (dice.chance(0.3) ? [Foo, Zone] : [dice.one([Foo, Bar, Zone])]) as unknown as ResourceKind<
    KubeObject
  >[];
  const controllers = kinds.map((kind) => randomController(dice, kind, tried));
  const operator = resolved({ name: "x", controllers, events: dice.chance(0.5) });
  // Such as components of which the declaration lacks a verb.
  if (operator === undefined) return { wrong: [], sent: 0, refused: 0 };
  const rights = rightsOf(operator);
  const namespace = operator.namespaces?.[0] ?? "a";
  const at = (kind: ResourceKind, name: string) => ({ name, ...(kind.scope === "Namespaced" && { namespace }) });
  await using harness = await testHarness({
    ...{ seed, namespaces: ["a", "b", "elsewhere"], kinds: [Foo, Bar, Zone], serve: { events: operator.events } },
    given: [Foo, Bar, Zone].flatMap((kind) =>
      ["mine", "one"].map((name) => create(kind as typeof Foo, { metadata: at(kind, name), spec: {} }))
    ),
  });
  await harness.serve(...controllers);
  await harness.advance("20s");
  // One of the steps may have removed it.
  const mine = await harness.cluster.get(kinds[0]!, "mine", at(kinds[0]!, "mine"));
  if (mine) await harness.cluster.delete(kinds[0]!, mine);
  await harness.advance("5s");

  const { records } = harness.requests;
  const forbidden = records.filter((record) => !isAllowed(rights, operator.namespaces, record));
  const reads = tried.filter(({ isRead, isDeclared, refusal }) =>
    isRead && (refusal instanceof UndeclaredReadError) === isDeclared
  );
  // How a Change ended, only the report of its Run says.
  const refused =
    harness.runs.filter(({ result }) =>
      result.outcome === "Failed" && result.error.message.includes('"write"') &&
      result.error.cause instanceof UndeclaredWriteError
    ).length;
  const expected = tried.filter(({ isRead, isDeclared }) => !isRead && !isDeclared).length;
  return {
    wrong: [
      ...forbidden.map((record) => `seed ${seed} sent ${JSON.stringify(record)}`),
      ...reads.map(({ what, refusal }) => `seed ${seed}: ${what}: ${refusal}`),
      ...(refused === expected ? [] : [`seed ${seed}: ${refused} writes were refused, of ${expected}`]),
    ],
    ...{ sent: records.length, refused },
  };
}

function resolved(operator: Parameters<typeof defineOperator>[0]): ResolvedOperator | undefined {
  try {
    return resolveOperator(defineOperator(operator));
  } catch (error) {
    if (error instanceof OptionsError) return undefined;
    throw error;
  }
}

Deno.test("with random declarations, nothing is sent that the rules do not allow, and nothing is refused that is declared", async () => {
  const wrong: string[] = [];
  let [sent, refused] = [0, 0];
  for (let seed = 1; seed <= SEEDS && wrong.length < 10; seed++) {
    const shown = await play(seed);
    wrong.push(...shown.wrong);
    sent += shown.sent;
    refused += shown.refused;
  }
  assertEquals(wrong, []);
  assert(sent > SEEDS * 20 && refused > SEEDS, `${sent} requests, ${refused} refusals`);
});
