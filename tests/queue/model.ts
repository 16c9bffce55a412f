/** A simple model of the queue: what it promises of each key, said without a heap, a timer or a lane. */

import type { Next, Urgency } from "../../lib/queue/mod.ts";

const DELAY = { release: 0, soon: 1_000 };
const PRICE = { release: 2_000, soon: 10_000 };
const CREDIT = 30_000;

type Phase = "ready" | "waiting" | "failed" | "asked" | "running";

interface Key {
  phase: Phase;
  /** When it is due. */
  due: number;
  readySince: number;
  /** Whether something came while it ran. */
  again: boolean;
  urgency: Urgency | undefined;
}

/** All keys that have a slot. */
export class QueueModel {
  readonly keys = new Map<string, Key>();
  /** What each key has spent, and when: never forgotten here. */
  readonly #spent = new Map<string, { at: number; price: number }[]>();

  /** How many keys are in a phase. */
  count(...phases: Phase[]): number {
    return [...this.keys.values()].filter(({ phase }) => phases.includes(phase)).length;
  }

  add(name: string, urgency: Urgency | undefined, now: number): void {
    const key = this.keys.get(name);
    if (!key) this.keys.set(name, { phase: "ready", due: now, readySince: now, again: false, urgency: undefined });
    else if (key.phase === "waiting") this.#ready(key, now);
    else if (key.phase === "running") {
      key.again = true;
      if (key.urgency !== "release") key.urgency = urgency ?? key.urgency;
    } else if (key.phase !== "ready" && urgency) this.#hasten(name, key, urgency, now);
  }

  take(name: string): Key {
    const key = this.keys.get(name)!;
    const before = { ...key };
    Object.assign(key, { phase: "running", again: false, urgency: undefined });
    return before;
  }

  done(name: string, next: Next, now: number): void {
    const key = this.keys.get(name)!;
    const { again, urgency } = key;
    Object.assign(key, { again: false, urgency: undefined });
    if (next.type === "backoff" || (next.type === "wait" && next.failed)) {
      key.phase = next.type === "backoff" && next.asked ? "asked" : "failed";
      key.due = next.type === "backoff" ? now + next.delay : Infinity;
      if (urgency) this.#hasten(name, key, urgency, now);
    } else if (next.type === "now" || again) this.#ready(key, now);
    else if (next.type === "after") Object.assign(key, { phase: "waiting", due: now + next.delay });
    else this.keys.delete(name);
  }

  /** Makes ready all keys that are due. */
  pass(now: number): void {
    for (const [name, key] of this.keys) {
      if (key.phase === "ready" || key.phase === "running" || key.due > now) continue;
      if (key.urgency) this.#spend(name, key.urgency, key.due);
      this.#ready(key, key.due);
    }
  }

  #ready(key: Key, now: number): void {
    Object.assign(key, { phase: "ready", readySince: now, urgency: undefined });
  }

  #hasten(name: string, key: Key, urgency: Urgency, now: number): void {
    if (key.phase === "asked" && urgency === "soon") return;
    let at = now + DELAY[urgency];
    const lacking = PRICE[urgency] - this.#credit(name, at);
    if (lacking > 0) at += lacking;
    if (at >= key.due) return;
    if (at > now) Object.assign(key, { due: at, urgency });
    else {
      this.#spend(name, urgency, now);
      this.#ready(key, now);
    }
  }

  #spend(name: string, urgency: Urgency, at: number): void {
    const spent = this.#spent.get(name) ?? [];
    this.#spent.set(name, [...spent, { at, price: PRICE[urgency] }]);
  }

  /** The rest of a key's credit: it returns with time, up to its maximum. */
  #credit(name: string, now: number): number {
    let left = CREDIT;
    let since = 0;
    for (const { at, price } of this.#spent.get(name) ?? []) {
      left = Math.min(CREDIT, left + at - since) - price;
      since = at;
    }
    return Math.min(CREDIT, left + now - since);
  }
}
