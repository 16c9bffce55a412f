/** A model of an API server for one kind. It keeps the whole history of every name, and so knows the state at any version. */

import type { KubeObject } from "../../lib/model/mod.ts";
import type { WatchEvent } from "../../lib/watch/mod.ts";

/** Objects that a write makes of the one there was; `undefined` for none. */
export type Write = (before: KubeObject | undefined, revision: number) => KubeObject | undefined;

interface Entry {
  readonly revision: number;
  readonly key: string;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/** Which objects a watch or a list is about. */
export type Selects = (object: KubeObject) => boolean;

/** Counts revisions, and forgets nothing but when it is restored. */
export class ModelServer {
  #log: Entry[] = [];
  readonly #ofKey = new Map<string, Entry[]>();
  revision = 1;

  /** The object under a key as of a revision. */
  at(key: string, revision = this.revision): KubeObject | undefined {
    return this.#ofKey.get(key)?.findLast((entry) => entry.revision <= revision)?.after;
  }

  /** At which revision the object with a UID was removed; `undefined` while it is there. */
  removedAt(key: string, uid: string): number | undefined {
    return this.#ofKey.get(key)?.find(({ before, after }) =>
      before?.metadata.uid === uid && after?.metadata.uid !== uid
    )?.revision;
  }

  /** Carries out a write; answers what the object was like, the removed one with the revision of its removal. */
  write(key: string, write: Write): KubeObject | undefined {
    const before = this.at(key);
    const after = write(before, this.revision + 1);
    if (before === after) return before;
    this.revision += 1;
    const entry = { revision: this.revision, key, before, after };
    this.#log.push(entry);
    const ofKey = this.#ofKey.get(key) ?? [];
    this.#ofKey.set(key, ofKey);
    ofKey.push(entry);
    return after ?? asOf(before!, this.revision);
  }

  /** All objects that are selected, as of a revision. */
  list(revision: number, selects: Selects): KubeObject[] {
    return [...this.#ofKey.keys()].flatMap((key) => this.at(key, revision) ?? []).filter(selects);
  }

  /**
   * The events of a watch between two revisions. An object that ceases to match is reported in its former state, with the new
   * revision.
   */
  events(after: number, upTo: number, selects: Selects): WatchEvent[] {
    return this.#log.filter(({ revision }) => revision > after && revision <= upTo).flatMap((entry): WatchEvent[] => {
      const { before, revision } = entry;
      const was = before !== undefined && selects(before);
      const is = entry.after !== undefined && selects(entry.after);
      if (is) return [{ type: was ? "MODIFIED" : "ADDED", object: entry.after! }];
      return was ? [{ type: "DELETED", object: asOf(before, revision) }] : [];
    });
  }

  /** Everything after a revision never was: etcd was restored from a backup. */
  restore(revision: number): void {
    this.revision = revision;
    this.#log = this.#log.filter((entry) => entry.revision <= revision);
    for (const [key, entries] of this.#ofKey) {
      this.#ofKey.set(key, entries.filter((entry) => entry.revision <= revision));
    }
  }
}

function asOf(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
