/** What controllers remember between Runs, found while they use it: the controllers themselves show nothing of it. */

import { KeyLocks } from "../../../lib/controller/key/key_locks.ts";
import { KeyMemory } from "../../../lib/controller/key/key_memory.ts";
import { LateWrites } from "../../../lib/controller/waking/late_writes.ts";
import { OwnEchoes } from "../../../lib/controller/waking/own_echoes.ts";
import { TiedOwners } from "../../../lib/controller/waking/tied_owners.ts";
import { WorkQueue } from "../../../lib/queue/mod.ts";

interface Memory {
  readonly size: number;
}

/** Each sort of memory, and what is called of it before anything is remembered. */
const USED: readonly (readonly [{ readonly name: string; readonly prototype: Memory }, string])[] = [
  ...[[KeyLocks, "acquire"], [KeyMemory, "doubtOf"], [LateWrites, "mayBe"], [OwnEchoes, "ended"]] as const,
  ...[[TiedOwners, "note"], [WorkQueue, "add"]] as const,
];

/** The memories that are in use from now on, until this is disposed. */
export class Memories implements Disposable {
  readonly #found = new Map<Memory, string>();
  readonly #restore: (() => void)[] = [];

  constructor() {
    for (const [{ name, prototype }, method] of USED) {
      const methods = prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
      const original = methods[method]!;
      const keep = (memory: Memory) => void this.#found.set(memory, name);
      methods[method] = function (this: Memory, ...args) {
        keep(this);
        return original.apply(this, args);
      };
      this.#restore.push(() => void (methods[method] = original));
    }
  }

  /** Forgets those of a process that is gone. */
  clear(): void {
    this.#found.clear();
  }

  /** Those that are not empty. */
  get kept(): string[] {
    return [...this.#found].filter(([{ size }]) => size > 0).map(([{ size }, name]) => `${name} of ${size}`);
  }

  /** How many there are. */
  get count(): number {
    return this.#found.size;
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore) restore();
  }
}
