/** A gate that steps wait at, so that a test decides when they go on. */

import { setImmediate } from "node:timers";

/** Counts who is inside, and lets them go when told. */
export class Gate {
  #waiting: { readonly name: string; readonly open: () => void }[] = [];
  /** Names of those who went in, in order. */
  readonly entered: string[] = [];
  /** The most that were ever inside at once. */
  most = 0;

  /** Who is inside now. */
  get inside(): string[] {
    return this.#waiting.map(({ name }) => name);
  }

  /** Goes in, and waits to be let go. */
  pass(name: string): Promise<void> {
    this.entered.push(name);
    return new Promise((open) => {
      this.#waiting.push({ name, open });
      this.most = Math.max(this.most, this.#waiting.length);
    });
  }

  /** Lets those go who are inside now, or the first of them, and waits until what follows has come to rest. */
  async letGo(count: number = this.#waiting.length): Promise<void> {
    for (const { open } of this.#waiting.splice(0, count)) open();
    await turns();
  }

  /** Lets those of some names go. */
  async letGoOf(...names: readonly string[]): Promise<void> {
    const leaving = this.#waiting.filter(({ name }) => names.includes(name));
    this.#waiting = this.#waiting.filter((one) => !leaving.includes(one));
    for (const { open } of leaving) open();
    await turns();
  }
}

/** Turns of the event loop, as many as a virtual clock takes to let all come to rest. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(() => resolve(undefined)));
}
