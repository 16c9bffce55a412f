/**
 * One random history of a cache: others write, this process writes, reads and watches, and the results arrive late and in any
 * order. After each act the cache must hold exactly what follows from the newest version that it got of each name.
 */

import { jsonEquals } from "../../lib/kube/mod.ts";
import { keyOf, type KubeObject } from "../../lib/model/mod.ts";
import { type CacheChange, isReduced, ObjectCache } from "../../lib/watch/mod.ts";
import { reduce } from "../../lib/watch/reduced.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { ModelServer, type Selects } from "./model_server.ts";

const KEYS = ["x/a", "x/b", "y/a", "c"];
const OWNERS = ["o1", "o2"];
const ACTS = 60;

/** Without one, all objects are claimed. */
const SELECTIONS: readonly (Selects | undefined)[] = [
  undefined,
  ({ metadata }) => metadata.labels?.app === "x",
  ({ metadata }) => metadata.labels?.app !== "x",
];

/** What the process has received, or is about to receive. */
type Fact =
  | { readonly type: "stored" | "live"; readonly object: KubeObject; readonly revision: number }
  | { readonly type: "gone" | "live-gone"; readonly key: string; readonly uid: string; readonly revision: number };

/** A pending request: sent, then answered by the server, then received by the process. */
interface Request {
  readonly answer: () => Fact | undefined;
  answered?: { readonly fact: Fact | undefined };
}

/** A list under way. */
interface Listing {
  readonly revision: number;
  readonly pages: KubeObject[][];
}

/** Plays one history. @param foreign Whether some objects are foreign, and not all of these are held whole. */
export function playHistory(seed: number, foreign = false): void {
  const history = new History(seed, foreign);
  try {
    for (let act = 0; act < ACTS; act++) history.act();
    history.catchUp();
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${history.said.join("\n")}`, { cause: error });
  }
}

class History {
  /** A log of what happened, for debugging. */
  readonly said: string[] = [];
  readonly #random: (below: number) => number;
  readonly #server = new ModelServer();
  readonly #selects: Selects;
  readonly #cache: ObjectCache;
  readonly #parsed: number;
  /** How many of the names take part: the fewer, the more happens to each. */
  readonly #names: number;
  /** One in so many changes of an object by others removes it, or tries to. */
  readonly #mortality: number;
  /** What may happen, and how often: in one history the watch is far behind, in another the answers are. */
  readonly #acts: readonly { readonly act: () => void; readonly weight: number }[];
  /** What a subscriber holds that does what the changes say. */
  readonly #mirror = new Map<string, KubeObject>();
  /** By name, the revision up to which the process knows more than the watch has shown. */
  readonly #told = new Map<string, number>();
  /** UIDs that the process has seen: it deletes only objects that it has seen. */
  readonly #heard = new Set<string>();
  #requests: Request[] = [];
  #listing: Listing | undefined;
  #broken = false;
  /** How far the watch has come. */
  #watched = 0;
  /** The watch has come further than the server by now: it was restored, and the watch has yet to notice. */
  #restored = false;
  #uids = 0;
  /** How many bytes of foreign objects are held whole; `undefined` if there are no foreign objects. */
  readonly #room: number | undefined;

  constructor(seed: number, foreign: boolean) {
    const source = seededRandom(seed);
    this.#random = (below) => Math.floor(source.next() * below);
    const accepts = SELECTIONS[this.#random(SELECTIONS.length)];
    this.#selects = accepts ?? (() => true);
    this.#parsed = [0, 1, 3, 10_000][this.#random(4)]!;
    this.#names = 1 + this.#random(KEYS.length);
    this.#mortality = 2 + this.#random(6);
    const acts = [
      () => this.#others(),
      () => this.#ask(),
      () => this.#read(),
      () => this.#answer(),
      () => this.#watchOrList(),
    ];
    this.#acts = [
      ...acts.map((act) => ({ act, weight: 4 + this.#random(16) })),
      { act: () => this.#restore(), weight: this.#random(2) },
    ];
    this.#room = foreign ? [0, 300, 1_000, 100_000][this.#random(4)] : undefined;
    this.#cache = new ObjectCache({
      parsed: this.#parsed,
      ...(accepts && { accepts }),
      foreign: this.#room === undefined ? undefined : { isOurs, room: this.#room },
    });
    if (!foreign) this.#cache.index("app", ({ metadata }) => Object.values(metadata.labels ?? {}));
  }

  act(): void {
    this.#choose()();
    this.#check();
    if (this.#random(6) === 0) this.#checkIndexes();
  }

  #choose(): () => void {
    let at = this.#random(this.#acts.reduce((sum, { weight }) => sum + weight, 0));
    return this.#acts.find(({ weight }) => (at -= weight) < 0)!.act;
  }

  /** Lets everything arrive: then the cache is what the server says. */
  catchUp(): void {
    while (this.#listing) this.#listOn();
    for (const request of this.#requests) request.answered ??= { fact: request.answer() };
    if (this.#broken || this.#restored || this.#watched === 0 || this.#random(2) === 0) this.#listAll();
    this.#watchOn(this.#server.revision, true);
    while (this.#requests.length > 0) this.#answer();
    this.#check();
    this.#checkIndexes();
    const there = this.#server.list(this.#server.revision, this.#selects);
    equal(this.#cache.size, there.length, "how many there are in the end");
  }

  // ---- the world

  #others(): void {
    // A restored server that has reached the watch's version again cannot be distinguished from one that was not restored.
    if (this.#restored && this.#server.revision + 1 >= this.#watched) return;
    const key = this.#key();
    const after = this.#server.write(key, (before, revision) => this.#change(key, before, revision));
    this.#say(`others ${show(after)}${this.#server.at(key) ? "" : " removed"}`);
  }

  #change(key: string, before: KubeObject | undefined, revision: number): KubeObject | undefined {
    if (!before) return this.#make(key, `u${++this.#uids}`, revision, {});
    const { uid, finalizers, deletionTimestamp } = before.metadata;
    const dies = this.#random(this.#mortality) === 0;
    if (dies && !finalizers) return undefined;
    const asked = deletionTimestamp !== undefined || dies;
    if (asked && this.#random(3) === 0) return undefined;
    return this.#make(key, uid, revision, {
      ...(asked && { deletionTimestamp: "2024-01-01T00:00:00Z" }),
      ...(asked || this.#random(5) === 0 ? { finalizers: ["f"] } : {}),
    });
  }

  #make(key: string, uid: string, revision: number, more: Record<string, unknown>): KubeObject {
    const [name, namespace] = key.split("/").reverse();
    const owner = OWNERS[this.#random(3)];
    const label = ["x", "x", "y", undefined][this.#random(4)];
    return {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: name!,
        ...(namespace !== undefined && { namespace }),
        uid,
        resourceVersion: String(revision),
        creationTimestamp: "2024-01-01T00:00:00Z",
        ...(label && { labels: { app: label } }),
        ...(owner && { ownerReferences: [{ apiVersion: "v1", kind: "Foo", name: owner, uid: owner }] }),
        ...more,
      },
      // No two versions say the same, not even two of one revision.
      data: String(this.#random(1_000_000_000)),
    } as KubeObject;
  }

  /** Drops all later writes, and the answers to pending requests. */
  #restore(): void {
    if (this.#restored || this.#listing || this.#watched < 4) return;
    this.#server.restore(1 + this.#random(this.#watched - 2));
    this.#requests = [];
    this.#restored = true;
    this.#say(`restored to ${this.#server.revision}`);
  }

  // ---- what this process asks for

  /** A write, decided on what the cache shows; a removal insists on the UID. */
  #ask(): void {
    const key = this.#key();
    const known = this.#cache.get(key);
    const removes = known !== undefined && this.#random(3) === 0;
    this.#say(`asks ${removes ? "to remove" : "to write"} ${key}`);
    this.#send({
      answer: () => {
        if (this.#restored && this.#server.revision + 1 >= this.#watched) return undefined;
        return removes ? this.#removed(key, known) : this.#written(key);
      },
    });
  }

  #written(key: string): Fact | undefined {
    const before = this.#server.at(key);
    const after = this.#server.write(key, (object, revision) => this.#change(key, object, revision))!;
    const { revision } = this.#server;
    if (this.#server.at(key)) return { type: "stored", object: after, revision };
    // The write that took the last finalizer ended the object; only its answer tells of a version.
    const { uid } = after.metadata;
    if (before!.metadata.deletionTimestamp !== undefined && (this.#random(2) === 0 || !this.#heard.has(uid))) {
      const { finalizers: _, ...metadata } = (this.#random(2) === 0 ? after : before!).metadata;
      return { type: "stored", object: { ...after, metadata }, revision };
    }
    return this.#heard.has(uid) ? { type: "gone", key, uid, revision } : undefined;
  }

  #removed(key: string, { metadata: { uid } }: KubeObject): Fact | undefined {
    const there = this.#server.at(key);
    if (there?.metadata.uid !== uid) return there ? undefined : this.#goneFact("gone", key, uid);
    const after = this.#server.write(key, (object, revision) => {
      if (!object!.metadata.finalizers) return undefined;
      return this.#make(key, uid, revision, { deletionTimestamp: "2024-01-01T00:00:00Z", finalizers: ["f"] });
    })!;
    const { revision } = this.#server;
    return this.#server.at(key) ? { type: "stored", object: after, revision } : { type: "gone", key, uid, revision };
  }

  #read(): void {
    const key = this.#key();
    const thought = this.#cache.get(key)?.metadata.uid;
    this.#say(`reads ${key}`);
    this.#send({
      answer: () => {
        const object = this.#server.at(key);
        if (object) return { type: "live", object, revision: Number(object.metadata.resourceVersion) };
        return thought === undefined ? undefined : this.#goneFact("live-gone", key, thought);
      },
    });
  }

  /** A missing object was deleted at some time; after a restore it may never have existed. */
  #goneFact(type: "gone" | "live-gone", key: string, uid: string): Fact {
    return { type, key, uid, revision: this.#server.removedAt(key, uid) ?? 0 };
  }

  /** Some requests are carried out at once, and of some of these the answer arrives at once. */
  #send(request: Request): void {
    const luck = this.#random(4);
    if (luck > 0) request.answered = { fact: request.answer() };
    if (luck < 3) this.#requests.push(request);
    else if (request.answered?.fact) this.#hear(request.answered.fact);
  }

  /** A request is carried out, or its answer arrives. */
  #answer(): void {
    const at = this.#random(this.#requests.length);
    const request = this.#requests[at];
    if (!request) return;
    if (!request.answered) {
      request.answered = { fact: request.answer() };
      return;
    }
    this.#requests.splice(at, 1);
    if (request.answered.fact) this.#hear(request.answered.fact);
  }

  #hear(fact: Fact): void {
    const key = "object" in fact ? keyOf(fact.object) : fact.key;
    this.#say(`hears ${fact.type} ${"object" in fact ? show(fact.object) : `${key} ${fact.uid}`} of ${fact.revision}`);
    if ("object" in fact) this.#heard.add(fact.object.metadata.uid);
    this.#told.set(key, Math.max(this.#told.get(key) ?? 0, fact.revision));
    this.#follow(this.#tell(fact, key));
  }

  #tell(fact: Fact, key: string): readonly CacheChange[] {
    const [name, namespace] = key.split("/").reverse();
    const ref = { name: name!, ...(namespace !== undefined && { namespace }) };
    switch (fact.type) {
      case "stored":
        return this.#cache.overlay({ object: fact.object });
      case "gone":
        return this.#cache.overlay({ gone: ref, uid: fact.uid });
      case "live":
        return this.#cache.observeLive({ object: fact.object });
      case "live-gone":
        return this.#cache.observeLive({ gone: ref, uid: fact.uid });
    }
  }

  // ---- what the watch brings

  #watchOrList(): void {
    if (this.#listing) {
      if (this.#random(8) === 0) this.#breakOff();
      else this.#listOn();
    } else if (this.#broken || this.#restored || this.#watched === 0 || this.#random(8) === 0) {
      this.#beginList();
    } else {
      this.#watchOn(Math.min(this.#server.revision, this.#watched + 1 + this.#random(3)), this.#random(2) === 0);
    }
  }

  /** What has arrived of the list is kept until another one begins, which is what follows. */
  #breakOff(): void {
    this.#listing = undefined;
    this.#broken = true;
  }

  #beginList(): void {
    this.#broken = false;
    const least = this.#restored ? this.#server.revision : this.#watched;
    const revision = least + this.#random(this.#server.revision - least + 1);
    const objects = this.#server.list(revision, this.#selects).map((object) => this.#asListed(object));
    const pages: KubeObject[][] = [];
    while (objects.length > 0) pages.push(objects.splice(0, 1 + this.#random(3)));
    this.#say(`lists ${revision}`);
    this.#listing = { revision, pages };
    this.#follow(this.#cache.apply({ type: "init" }));
  }

  #listAll(): void {
    this.#beginList();
    while (this.#listing) this.#listOn();
  }

  /** The kind stands last in a list, as it is not the server that writes it there. */
  #asListed(object: KubeObject): KubeObject {
    const { apiVersion, kind, ...rest } = object;
    return this.#random(2) === 0 ? { ...rest, apiVersion, kind } : object;
  }

  #listOn(): void {
    const { revision, pages } = this.#listing!;
    const page = pages.shift();
    if (page) {
      this.#say(`page ${page.map(show).join(", ")}`);
      const objects = page.map((object) => this.#cache.wantsWhole(object.metadata, 200) ? object : reduce(object, 200));
      this.#follow(this.#cache.apply({ type: "page", objects }));
      return;
    }
    this.#listing = undefined;
    const restored = this.#restored;
    if (restored) {
      // Whatever arrived between the restore and this was taken for old.
      this.#told.clear();
      this.#heard.clear();
    }
    this.#restored = false;
    this.#watched = revision;
    for (const object of this.#server.list(revision, this.#selects)) this.#heard.add(object.metadata.uid);
    this.#say(`synced ${revision}${restored ? " restored" : ""}`);
    const changes = this.#cache.apply({
      type: "synced",
      resourceVersion: String(revision),
      // Should the watch not have noticed, the cache does: its list is older than what it has seen.
      ...(restored && this.#random(2) === 0 && { restored: true as const }),
    });
    this.#follow(changes, restored);
    if (restored) this.#checkAllRun(changes);
  }

  #watchOn(upTo: number, bookmark: boolean): void {
    const events = this.#server.events(this.#watched, upTo, this.#selects);
    const last = events.at(-1);
    if (bookmark) this.#watched = Math.max(this.#watched, upTo);
    else if (last) this.#watched = Number(last.object.metadata.resourceVersion);
    for (const { object } of events) this.#heard.add(object.metadata.uid);
    this.#say(`watches ${events.map(({ type, object }) => `${type} ${show(object)}`).join(", ")} to ${this.#watched}`);
    this.#follow(this.#cache.apply({ type: "events", events, resourceVersion: String(this.#watched) }));
  }

  // ---- what must be

  /** A subscriber that applies all changes: each must begin at the state that the last one ended at. */
  #follow(changes: readonly CacheChange[], restored = false): void {
    for (const { key, before, after, source } of changes) {
      if (before || source !== "initial" && !restored) {
        equal(this.#show(before), this.#show(this.#mirror.get(key)), `what was known of ${key}`);
      }
      if (!restored && before && after) {
        equal(this.#show(before) === this.#show(after), false, `whether the change of ${key} is none`);
      }
      equal(before === undefined && after === undefined, false, "whether a change is of nothing");
      if (after) this.#mirror.set(key, after);
      else this.#mirror.delete(key);
    }
    equal(this.#mirror.size, this.#cache.size, "how many a subscriber holds");
  }

  #checkAllRun(changes: readonly CacheChange[]): void {
    const keys = new Set(
      changes.filter(({ before, after }) => {
        return !before || !after || before.metadata.uid !== after.metadata.uid;
      }).map(({ key }) => key),
    );
    for (const object of this.#cache.list()) equal(keys.has(keyOf(object)), true, `whether ${keyOf(object)} is run`);
    equal(changes.every(({ source }) => source === "relist"), true, "whether all is relisted");
  }

  /** Checks that the cache holds, for each name, the state at the newest revision that the process received. */
  #check(): void {
    for (const key of KEYS) {
      const held = this.#cache.get(key);
      if (!this.#isSame(held, this.#mirror.get(key))) {
        equal(this.#show(held), this.#show(this.#mirror.get(key)), `the mirror of ${key}`);
      }
      if (held && isReduced(held)) {
        equal(isOurs(held.metadata), false, `whether ${key}, which is reduced, is somebody's`);
      }
      if (this.#restored) continue;
      const revision = Math.max(this.#watched, this.#told.get(key) ?? 0);
      const truth = this.#server.at(key, revision);
      const expected = truth && this.#selects(truth) ? truth : undefined;
      if (!this.#isSame(held, expected)) equal(this.#show(held), this.#show(expected), `${key} as of ${revision}`);
    }
  }

  #checkIndexes(): void {
    const all = [...this.#mirror.values()];
    const names = (objects: readonly KubeObject[]) => objects.map((object) => this.#show(object)).sort().join(" ");
    const same = (found: readonly KubeObject[], matches: Selects, what: string) =>
      equal(names(found), names(all.filter(matches)), what);
    same(this.#cache.list(), () => true, "all");
    same(this.#cache.asListed().map(({ after }) => after!), () => true, "all as listed");
    for (const namespace of ["x", "y"]) {
      same(this.#cache.list({ namespace }), ({ metadata }) => metadata.namespace === namespace, `in ${namespace}`);
    }
    for (const owner of OWNERS) {
      const owned: Selects = ({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner;
      same(this.#cache.byOwner(owner), owned, `of ${owner}`);
    }
    for (const app of ["x", "y"]) {
      const isOfApp: Selects = ({ metadata }) => metadata.labels?.app === app;
      if (this.#room === undefined) same(this.#cache.byIndex("app", app), isOfApp, `by index ${app}`);
      same(this.#cache.list({ labels: { app } }), isOfApp, `by label ${app}`);
    }
    if (this.#room !== undefined) return this.#checkForeign(this.#room);
    const { parsed, textBytes } = this.#cache.held;
    equal(parsed <= this.#parsed, true, "whether no more is parsed than may be");
    if (this.#parsed > 0 || this.#listing || this.#broken) return;
    const bytes = all.reduce((sum, object) => sum + new TextEncoder().encode(JSON.stringify(object)).length, 0);
    equal(textBytes, bytes, "the bytes that the texts take");
  }

  /** Checks the counts of foreign objects. */
  #checkForeign(room: number): void {
    const { whole, wholeBytes, asked, reduced } = this.#cache.foreign!;
    if (this.#listing || this.#broken) return;
    const foreign = this.#cache.list().filter(({ metadata }) => !isOurs(metadata));
    equal(whole + asked + reduced, foreign.length, "how many are nobody's");
    equal(foreign.filter(isReduced).length, reduced, "how many of them are reduced");
    equal(wholeBytes <= room, true, `whether ${wholeBytes} bytes are within ${room}`);
  }

  /** The same, as far as both are whole. */
  #isSame(one: KubeObject | undefined, other: KubeObject | undefined): boolean {
    if (!one || !other || !isReduced(one) && !isReduced(other)) return jsonEquals(one, other);
    return jsonEquals(reduce(one, 0), reduce(other, 0));
  }

  /** Of some objects not all is there. */
  #show(object: KubeObject | undefined): string {
    return show(object && this.#room !== undefined ? reduce(object, 0) : object);
  }

  // ---- small things

  #key(): string {
    return KEYS[this.#random(this.#names)]!;
  }

  #say(text: string): void {
    this.said.push(text);
  }
}

/** The names of objects with an owner, in histories with foreign objects. */
function isOurs({ ownerReferences }: KubeObject["metadata"]): boolean {
  return ownerReferences !== undefined && ownerReferences.length > 0;
}

function show(object: KubeObject | undefined): string {
  if (!object) return "none";
  const { uid, resourceVersion, labels } = object.metadata;
  return `${keyOf(object)} ${uid}@${resourceVersion} ${labels?.app ?? "-"} ${(object as { data?: string }).data}`;
}

function equal(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} is not ${expected}`);
}
