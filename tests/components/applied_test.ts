/** The decision whether an apply is needed, without a cluster. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Draft, kindOf, type KubeObject } from "../../mod.ts";
import { APPLIED_ANNOTATION } from "../../lib/components/mod.ts";
import { type Answer, neededApply, plainMark, readAnswer } from "../../lib/components/applied.ts";
import { hashedDraft, marked } from "../../lib/components/configuration.ts";
import { formatMark, parseMark } from "../../lib/components/mark.ts";
import { ConfigMap, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";
import type { ResourceKind } from "../../lib/model/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

type Loose = Draft<KubeObject> & Record<string, unknown>;

const draft = (spec: unknown): Loose => ({ metadata: { name: "a", labels: { tier: "front" } }, spec });

/** What the API server would store: the applied configuration, with some fields in another form. */
function stored(configuration: Draft<KubeObject>, own: Record<string, unknown> = {}): KubeObject {
  return { ...structuredClone(configuration), ...own, metadata: { ...configuration.metadata, uid: "1" } } as KubeObject;
}

/** The configuration that creates an object. */
function first(kind: ResourceKind, wanted: Draft<KubeObject>): Draft<KubeObject> {
  const hashed = hashedDraft(kind, wanted);
  return marked(hashed, plainMark(hashed));
}

/** The configuration that a process needs to apply if it remembers nothing, or one answer. */
function needed(kind: ResourceKind, wanted: Draft<KubeObject>, object: KubeObject, answer?: Answer) {
  const hashed = hashedDraft(kind, wanted);
  const apply = neededApply(kind, hashed, object, answer);
  return apply && marked(hashed, apply.mark);
}

const answerOf = (kind: ResourceKind, wanted: Draft<KubeObject>, object: KubeObject, noting = false) =>
  readAnswer(kind, hashedDraft(kind, wanted), object, noting);

const markOf = (object?: { metadata: { annotations?: Record<string, string> } }) =>
  object?.metadata.annotations?.[APPLIED_ANNOTATION];

Deno.test("a configuration that is stored as applied needs no apply", () => {
  const wanted = draft({ replicas: 1 });
  assertEquals(needed(Deployment, wanted, stored(first(Deployment, wanted))), undefined);
});

Deno.test("a field that is no longer wanted is noticed although no stored field differs", () => {
  const before = first(Deployment, draft({ replicas: 1, paused: true }));
  const after = needed(Deployment, draft({ replicas: 1 }), stored(before));
  assertNotEquals(markOf(after), undefined);
  assertNotEquals(markOf(after), markOf(before));
});

Deno.test("a value that is stored in another form is noted by one write that changes nothing else, and never applied again", () => {
  const wanted = draft({ odd: "01" });
  const words = { spec: { odd: "1" } };
  const created = stored(first(Deployment, wanted), words);
  const answer = answerOf(Deployment, wanted, created);
  const noted = needed(Deployment, wanted, created, answer)!;
  assert(noted);
  const after = stored(noted, words);
  assertEquals(needed(Deployment, wanted, after, answerOf(Deployment, wanted, after, true)), undefined);
  assertEquals(needed(Deployment, wanted, after), undefined, "nor by another process");
});

Deno.test("a process that remembers no answer needs one more write, and then rests as well", () => {
  const wanted = draft({ odd: "01" });
  const words = { spec: { odd: "1" } };
  const guessed = needed(Deployment, wanted, stored(first(Deployment, wanted), words))!;
  const noted = needed(Deployment, wanted, stored(guessed, words))!;
  assertNotEquals(markOf(noted), markOf(guessed));
  assertEquals(needed(Deployment, wanted, stored(noted, words)), undefined);
});

Deno.test("if each write is stored in a different form, one note is enough", () => {
  const wanted = draft({ stamp: "now" });
  const created = stored(first(Deployment, wanted), { spec: { stamp: "12:00" } });
  const noted = needed(Deployment, wanted, created, answerOf(Deployment, wanted, created))!;
  const after = stored(noted, { spec: { stamp: "12:01" } });
  assertEquals(needed(Deployment, wanted, after, answerOf(Deployment, wanted, after, true)), undefined);
});

for (const kind of [Deployment, ConfigMap]) {
  Deno.test(`a foreign change of a ${kind.kind} is seen again and again, the same one as well, by whatever process`, () => {
    const wanted = draft({ replicas: 1 });
    const foreign = { spec: { replicas: 5 } };
    for (const remembers of [true, false]) {
      let last = stored(first(kind, wanted));
      for (let round = 0; round < 4; round++) {
        const answer = remembers ? answerOf(kind, wanted, last) : undefined;
        const right = needed(kind, wanted, stored(last, foreign), answer)!;
        assert(right, `${remembers} ${round}`);
        last = stored(right, { spec: { replicas: 1 } });
        // A wrong note is taken back.
        const again = needed(kind, wanted, last);
        if (again) last = stored(again);
        assertEquals(needed(kind, wanted, last), undefined);
      }
    }
  });
}

Deno.test("a foreign change beside a normalized value is corrected, and so is a change of that value", () => {
  const wanted = draft({ odd: "01", size: 1 });
  const words = { spec: { odd: "1", size: 1 } };
  const created = stored(first(Deployment, wanted), words);
  const settled = stored(needed(Deployment, wanted, created, answerOf(Deployment, wanted, created))!, words);
  for (const foreign of [{ odd: "1", size: 2 }, { odd: "2", size: 1 }, { size: 1 }]) {
    const right = needed(Deployment, wanted, stored(settled, { spec: foreign }))!;
    assert(right, JSON.stringify(foreign));
    assertEquals(needed(Deployment, wanted, stored(right, words)), undefined, "and that is all");
  }
});

Deno.test("another configuration is applied, however similar the stored object is", () => {
  const [wanted, next] = [draft({ odd: "01" }), draft({ odd: "001" })];
  const words = { spec: { odd: "1" } };
  const created = stored(first(Deployment, wanted), words);
  const answer = answerOf(Deployment, wanted, created);
  assert(needed(Deployment, next, stored(needed(Deployment, wanted, created, answer)!, words)));
});

Deno.test("a missing, foreign or old mark leads to an apply if something differs or nothing is known", () => {
  const wanted = draft({ replicas: 1 });
  const object = stored(wanted);
  assert(needed(Deployment, wanted, object));
  object.metadata.annotations = { [APPLIED_ANNOTATION]: "nonsense" };
  assert(needed(Deployment, wanted, object));
  const { hash } = hashedDraft(Deployment, wanted);
  object.metadata.annotations = { [APPLIED_ANNOTATION]: `${hash}/0123456789abcdef/5` };
  assertEquals(needed(Deployment, wanted, object), undefined);
  assert(needed(Deployment, wanted, { ...object, spec: { replicas: 2 } } as KubeObject));
});

Deno.test("a mark is read as it was written", () => {
  for (const manager of [undefined, "abc"]) {
    for (const normalized of ["", "s"]) {
      for (const guess of ["", "g"]) {
        const mark = { configuration: "c", ...(manager && { manager }), normalized, guess };
        assertEquals(parseMark(formatMark(mark)), mark);
      }
    }
  }
});

Deno.test("undefined fields and the order of fields make no difference", () => {
  const one = first(Deployment, draft({ a: 1, b: undefined, c: 2 }));
  assertEquals(markOf(one), markOf(first(Deployment, draft({ c: 2, a: 1 }))));
});

Deno.test("a Secret's stringData is applied as data, as it is stored, and so is base64 with line ends", () => {
  const wanted: Loose = {
    metadata: { name: "a" },
    stringData: { user: "späth" },
    data: { other: "eA==", pem: "YWJj\r\nZGVm\n", odd: "no base64!", short: "eA" },
  };
  const { data, stringData } = first(Secret, wanted) as Loose;
  assertEquals(data, { other: "eA==", pem: "YWJjZGVm", odd: "no base64!", short: "eA", user: "c3DDpHRo" });
  assertEquals(stringData, undefined);
});

Deno.test("a Secret's mark reveals nothing about its values, but another value is still noticed", () => {
  const secret = (pass: string): Loose => ({ metadata: { name: "a" }, stringData: { pass } });
  const [one, two] = [first(Secret, secret("one")), first(Secret, secret("two"))];
  assertEquals(markOf(one), markOf(two));
  assertEquals(needed(Secret, secret("two"), stored(one)), two);
  const renamed: Loose = { metadata: { name: "a" }, stringData: { word: "one" } };
  assertNotEquals(markOf(first(Secret, renamed)), markOf(one));
});

Deno.test("a Secret's value that is stored in another form comes to rest after one answer, without a mark", () => {
  const secret = (pass: string): Loose => ({ metadata: { name: "a" }, stringData: { pass } });
  const object = stored(first(Secret, secret("vault:one")), { data: { pass: "c2VjcmV0" } });
  const answer = answerOf(Secret, secret("vault:one"), object);
  assertEquals(needed(Secret, secret("vault:one"), object, answer), undefined);
  const again = needed(Secret, secret("vault:one"), object);
  assertEquals(markOf(again), markOf(object), "by another process, one write that changes nothing");
  const other = hashedDraft(Secret, secret("vault:two"));
  assertNotEquals(answer.configuration, other.wholeHash, "an answer to another value is none to this one");
});

Deno.test("an object of a custom kind is compared as well", () => {
  const Thing = kindOf({ group: "example.dev", version: "v1", kind: "Thing", plural: "things" });
  const wanted = draft({ items: [1, 2] });
  const one = first(Thing, wanted);
  assertEquals(needed(Thing, wanted, stored(one)), undefined);
  assert(needed(Thing, wanted, stored(one, { spec: { items: [1, 2, 3] } })));
});

Deno.test("an object as deep as an API server takes is compared and noted", () => {
  const deep = (leaf: unknown) => {
    let value = leaf;
    for (let depth = 0; depth < 9_900; depth++) value = depth % 2 ? [value] : { a: value };
    return value;
  };
  const wanted = draft({ a: 1 });
  const created = stored(first(Deployment, wanted));
  for (const leaf of [1, 2]) {
    const object = { ...created, spec: { a: deep(leaf) } } as unknown as KubeObject;
    assert(needed(Deployment, wanted, object));
  }
});

/** An API server that drops some values and writes others in another form. Fields that nobody applies stay. */
class OddServer {
  object: KubeObject | undefined;
  writes = 0;
  readonly #odd: (key: string, value: unknown) => unknown;

  constructor(odd: (key: string, value: unknown) => unknown) {
    this.#odd = odd;
  }

  /** Values as this server writes them. */
  spell(spec: Record<string, unknown>): Record<string, unknown> {
    const spelled = Object.entries(spec).map(([key, value]) => [key, this.#odd(key, value)] as const);
    return Object.fromEntries(spelled.filter(([, value]) => value !== undefined));
  }

  apply(configuration: Loose): KubeObject {
    this.writes++;
    const others = Object.entries((this.object as { spec?: Record<string, unknown> } | undefined)?.spec ?? {})
      .filter(([key]) => key.startsWith("their"));
    const spec = { ...Object.fromEntries(others), ...this.spell(configuration.spec as Record<string, unknown>) };
    return this.object = stored(configuration, { spec });
  }
}

Deno.test("whatever a server makes of values, and whoever forgets or changes something: all is corrected, and rests after three writes", () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    const random = seededRandom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)]!;
    const ways = new Map(
      ["a", "b", "c", "d"].map((key) => [key, pick(["as is", "dropped", "upper", "text", "as is"])]),
    );
    const server = new OddServer((key, value) => {
      const way = ways.get(key);
      return way === "dropped"
        ? undefined
        : way === "upper"
        ? `${value}`.toUpperCase()
        : way === "text"
        ? `${value}`
        : value;
    });
    const kind = pick([ConfigMap, Deployment]);
    let spec: Record<string, unknown> = { a: "x", b: 1, c: "y", d: false };
    let answer: Answer | undefined;
    const settle = (most: number, why: string) => {
      const before = server.writes;
      for (let run = 0;; run++) {
        assert(run <= most, `seed ${seed}: ${why} came not to rest after ${server.writes - before} writes`);
        const hashed = hashedDraft(kind, draft(spec));
        const known = answer?.configuration === hashed.wholeHash ? answer : undefined;
        const next = server.object && neededApply(kind, hashed, server.object, known);
        if (server.object && !next) break;
        const noting = next?.noting ?? false;
        answer = readAnswer(
          kind,
          hashed,
          server.apply(marked(hashed, next?.mark ?? plainMark(hashed)) as Loose),
          noting,
        );
      }
      const { spec: found } = server.object as unknown as { spec: Record<string, unknown> };
      const ours = Object.fromEntries(Object.entries(found).filter(([key]) => !key.startsWith("their")));
      assertEquals(ours, server.spell(spec), `seed ${seed}: after ${why}`);
    };
    settle(2, "creating");
    for (let act = 0; act < 12; act++) {
      const forgets = random.next() < 0.4;
      if (forgets) {
        answer = undefined;
        settle(1, "a restart");
        // A wrong guess is taken back here; but a process that started at rest has nothing to write.
        answer = undefined;
        settle(0, "another restart");
      }
      const object = server.object as unknown as { spec: Record<string, unknown> };
      if (random.next() < 0.3) {
        spec = { ...spec, [pick(["a", "b", "c", "d"])]: pick(["x", 1, 2, "z", false]) };
        settle(forgets ? 3 : 2, "another configuration");
      } else {
        const key = pick(["a", "b", "c", "d", "theirs"]);
        const changed = { ...object.spec, [key]: pick(["spoilt", 7, null]) };
        if (random.next() < 0.2) delete changed[key];
        // What others write is stored in the server's form as well.
        server.object = { ...server.object, spec: server.spell(changed) } as unknown as KubeObject;
        settle(forgets ? 3 : 2, `a foreign change of ${key}`);
      }
    }
  }
});
