/** What etcd is to the API server: objects, one revision counter for all, and a history that can be compacted. */

import { placeOfObject, type ServerObject } from "../values/mod.ts";
import { Table, type TableChange } from "./table.ts";

/** Where the history begins. */
const FIRST_REVISION = 2;

/** Told of each change, after it has been made. */
export type StoreListener = (table: Table, change: TableChange) => void;

/** All tables of the cluster. Objects that are in it are never changed, only replaced. */
export class Store {
  readonly #tables = new Map<string, Table>();
  readonly #listeners: StoreListener[] = [];
  readonly #historySize: number;
  /** As in any cluster that has been in use, what was at the very first revisions is not remembered. */
  #revision = FIRST_REVISION;
  #compacted = 0;

  /** @param historySize How many changes of each table are remembered. */
  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  /** The revision of the last change. */
  get revision(): number {
    return this.#revision;
  }

  /** Opens a table; its history begins now. */
  open(name: string): Table {
    const table = new Table(name, this.#revision, this.#historySize);
    this.#tables.set(name, table);
    return table;
  }

  /** Forgets a table. */
  drop(table: Table): void {
    this.#tables.delete(table.name);
  }

  /** Adds or replaces an object, which becomes the store's own, and gives it its resourceVersion. */
  put(table: Table, object: ServerObject): ServerObject {
    const revision = ++this.#revision;
    object.metadata.resourceVersion = String(revision);
    this.#tell(table, table.put(placeOfObject(object), object, revision));
    return object;
  }

  /** Removes an object that is there. Its last state, with the revision of the removal, is what watches see. */
  remove(table: Table, object: ServerObject): ServerObject {
    const revision = ++this.#revision;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.#tell(table, table.remove(placeOfObject(object), last, revision));
    return last;
  }

  /** Forgets the history up to a revision: watches and lists from before it get `Expired`. */
  compact(revision: number = this.#revision): void {
    this.#compacted = Math.max(this.#compacted, Math.min(revision, this.#revision));
    for (const table of this.#tables.values()) table.compact(this.#compacted);
  }

  /** Calls the listener after each change, from now on. */
  listen(listener: StoreListener): void {
    this.#listeners.push(listener);
  }

  #tell(table: Table, change: TableChange): void {
    for (const listener of this.#listeners) listener(table, change);
  }
}
