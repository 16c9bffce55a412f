/** The context that all parts of the server share. */

import type { Clock, Random } from "../../../time/mod.ts";
import type { ServerObject } from "../values/mod.ts";
import type { Resource, ResourceRegistry } from "./resource.ts";
import type { Store } from "./store.ts";
import type { Table } from "./table.ts";

/** A write that is about to be stored. A hook may change the object, or throw to refuse it. */
export interface Admission {
  /** The resource of the object. */
  readonly resource: {
    readonly group: string;
    readonly version: string;
    readonly plural: string;
    readonly kind: string;
  };
  /** The operation. A status write is an `UPDATE` with the subresource `status`. */
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  /** The subresource, if any. */
  readonly subresource: string | undefined;
  /** The object as it would be stored; for `DELETE`, the stored object. */
  readonly object: ServerObject;
  /** The stored object; absent for `CREATE`. */
  readonly old: ServerObject | undefined;
  /** The requesting user. */
  readonly user: string;
}

/** The server's context. */
export interface ServerContext {
  readonly store: Store;
  readonly registry: ResourceRegistry;
  readonly clock: Clock;
  readonly random: Random;
  /** The table of a resource. */
  tableOf(resource: Resource): Table;
  /** Removes the table of a deleted definition, and ends the watches on it. */
  dropTable(resource: Resource): void;
  /** Calls the admission hooks. */
  admit(admission: Admission): void;
}

/** The current time as a timestamp of objects, in seconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A new UID, from the server's random source. */
export function newUid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random.next() * 16).toString(16));
  hex[12] = "4";
  hex[16] = "89ab"[Math.floor(random.next() * 4)]!;
  const text = hex.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** Letters without vowels and look-alikes, as in the API server. */
const NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** The most characters of the prefix in a generated name; the rest always fits. */
export const LONGEST_PREFIX = 58;

/** A name that begins with the prefix. */
export function generateName(prefix: string, random: Random): string {
  const suffix = Array.from({ length: 5 }, () => NAME_LETTERS[Math.floor(random.next() * NAME_LETTERS.length)]);
  return prefix.slice(0, LONGEST_PREFIX) + suffix.join("");
}
