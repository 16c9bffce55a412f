/** Something outside of the cluster, with an API of its own: orders by idempotency key. */

import { broken } from "../faults.ts";
import type { Trouble } from "./trouble.ts";

/** The store, as one process speaks to it. */
export interface StoreClient {
  /** What is ordered under a key. */
  find(key: string): Promise<number | undefined>;
  /** Orders; under a key that is known, changes the order. */
  order(key: string, amount: number): Promise<void>;
  /** Ends an order; no later one under its key is taken. */
  cancel(key: string): Promise<void>;
}

/** All orders. */
export class OutsideStore {
  readonly orders = new Map<string, number>();
  readonly #cancelled = new Set<string>();

  /** The store over a bad network. */
  clientOf(trouble: Trouble, isDead: () => boolean): StoreClient {
    const send = async <T>(verb: string, act: () => T): Promise<T> => {
      if (isDead()) throw broken();
      await trouble.before({ user: "operator", verb });
      if (isDead()) throw broken();
      const answer = act();
      await trouble.after({ user: "operator", verb });
      return answer;
    };
    return {
      find: (key) => send("get", () => this.orders.get(key)),
      order: (key, amount) =>
        send("update", () => {
          if (this.#cancelled.has(key)) throw new Error("cancelled");
          this.orders.set(key, amount);
        }),
      cancel: (key) =>
        send("delete", () => {
          this.#cancelled.add(key);
          this.orders.delete(key);
        }),
    };
  }
}
