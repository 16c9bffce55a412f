/** The counterpart of etcd: objects, one revision counter for all, and a history that can be compacted. */

import { placeOfObject, type ServerObject } from "../values/mod.ts";
import { Table, type TableChange } from "./table.ts";

/** The revision at which the history begins. */
const FIRST_REVISION = 2;

/** Called after each change. */
export type StoreListener = (table: Table, change: TableChange) => void;

/** All tables of the cluster. Stored objects are never changed, only replaced. */
export class Store {
  readonly #tables = new Map<string, Table>();
  readonly #listeners: StoreListener[] = [];
  readonly #historySize: number;
  /** As in any used cluster, the very first revisions are not in the history. */
  #revision = FIRST_REVISION;
  #compacted = 0;

  /** @param historySize How many changes of each table are kept. */
  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  /** The revision of the last change. */
  get revision(): number {
    return this.#revision;
  }

  /** Creates a table. Its history begins now. */
  open(name: string): Table {
    const table = new Table(name, this.#revision, this.#historySize);
    this.#tables.set(name, table);
    return table;
  }

  /** Removes a table. */
  drop(table: Table): void {
    this.#tables.delete(table.name);
  }

  /** Adds or replaces an object, which then belongs to the store, and sets its resourceVersion. */
  put(table: Table, object: ServerObject): ServerObject {
    const revision = ++this.#revision;
    object.metadata.resourceVersion = String(revision);
    this.#tell(table, table.put(placeOfObject(object), object, revision));
    return object;
  }

  /** Removes an object. Watches see its last state, with the revision of the removal. */
  remove(table: Table, object: ServerObject): ServerObject {
    const revision = ++this.#revision;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.#tell(table, table.remove(placeOfObject(object), last, revision));
    return last;
  }

  /** Forgets the history up to a revision. Older watches and lists get `Expired`. */
  compact(revision: number = this.#revision): void {
    this.#compacted = Math.max(this.#compacted, Math.min(revision, this.#revision));
    for (const table of this.#tables.values()) table.compact(this.#compacted);
  }

  /** Calls the listener after each later change. */
  listen(listener: StoreListener): void {
    this.#listeners.push(listener);
  }

  #tell(table: Table, change: TableChange): void {
    for (const listener of this.#listeners) listener(table, change);
  }
}
