/** What the server knows of a resource: its names, and how its objects are made, checked and merged. */

import type { FieldError, Fields, NameRules, ServerObject } from "../values/mod.ts";
import type { GoStruct, TypeNode } from "../types/mod.ts";
import type { Column } from "./table_columns.ts";

/** The names of the fields that lead to one. */
export type FieldPath = readonly string[];

/** How a kind's objects are treated beyond what all kinds have in common. */
export interface Strategy {
  /** The part of an object whose changes the generation counts; absent when it is not counted. */
  readonly counted: ((object: ServerObject) => unknown) | undefined;
  /** How names must be formed. */
  readonly names: NameRules;
  /** Whether a PUT without resourceVersion overwrites. */
  readonly unconditionalUpdate: boolean;
  /** Whether a PUT creates what is missing. */
  readonly createOnUpdate: boolean;
  /** Whether DELETE answers with the object also when it is gone at once. */
  readonly answersDeleted: boolean;
  /** What a deletion without a policy does to dependents. */
  readonly defaultPropagation: "Background" | "Orphan";
  /** The paths of what a write cannot set, and so nobody comes to own by it: to the object itself, and to its status. */
  readonly unowned: { readonly main: readonly FieldPath[]; readonly status: readonly FieldPath[] };
  /** An object of which nothing is set: what there is before a creation. */
  empty(): Fields;
  /**
   * What the kind makes of fields: without what it does not know (the paths of which are added to `unknown`), in the
   * server's spelling, with defaults. Throws a DecodingError for what cannot be read as the kind.
   */
  read(fields: Fields, unknown: string[]): Fields;
  /** The same of what an apply has made, where `null` is not the same as absent. */
  readApplied(fields: Fields): Fields;
  /** Brings an object into the form in which it is stored, once all has been set. */
  finish(object: ServerObject): ServerObject;
  /** Before creation: sets what the server decides. */
  prepareCreate(object: ServerObject): void;
  /** Before an update: keeps what may not be changed silently. */
  prepareUpdate(object: ServerObject, old: ServerObject): void;
  /** Before an update of the status: keeps all else. */
  prepareStatus(object: ServerObject, old: ServerObject): void;
  /** What is said about an object that is taken all the same. */
  warnings(object: ServerObject, old: ServerObject | undefined): string[];
  /** What is wrong with the object; `old` is what it replaces. */
  validate(object: ServerObject, old: ServerObject | undefined): FieldError[];
}

/** Paths of the scale subresource. */
export interface ScalePaths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: readonly string[] | undefined;
}

/** Shows objects of one table under another kind (events of two groups). */
export interface Conversion {
  toStored(object: ServerObject): ServerObject;
  fromStored(object: ServerObject): ServerObject;
}

/** A resource in one version. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** The table that holds the objects. */
  readonly table: string;
  readonly custom: boolean;
  readonly status: boolean;
  readonly scale: ScalePaths | undefined;
  /** Fields that field selectors may name, besides name and namespace. */
  readonly selectable: readonly string[];
  readonly type: TypeNode;
  /** What a built-in kind consists of. */
  readonly struct: GoStruct | undefined;
  readonly strategy: Strategy;
  readonly conversion: Conversion | undefined;
  /** How objects are shown to people; absent when that is left to the client. */
  readonly columns: readonly Column[] | undefined;
  /** What is said of the version to everybody who uses it, when it should not be used any more. */
  readonly deprecation: string | undefined;
  /** Set while its definition is being deleted: nothing can be created. */
  terminating?: boolean;
}

/** The `apiVersion` of the resource's objects. */
export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group === "" ? version : `${group}/${version}`;
}

/** All resources that are served. */
export class ResourceRegistry {
  readonly #byPath = new Map<string, Resource>();

  /** Serves a resource. */
  add(resource: Resource): void {
    this.#byPath.set(pathOf(resource.group, resource.version, resource.plural), resource);
  }

  /** Serves a resource no longer. */
  remove(resource: Resource): void {
    this.#byPath.delete(pathOf(resource.group, resource.version, resource.plural));
  }

  /** The resource of this name. */
  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(pathOf(group, version, plural));
  }

  /** The resource of a kind. */
  findKind(apiVersion: string, kind: string): Resource | undefined {
    return this.all().find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion);
  }

  /** All of them, in the order they were added. */
  all(): Resource[] {
    return [...this.#byPath.values()];
  }
}

function pathOf(group: string, version: string, plural: string): string {
  return `${group}/${version}/${plural}`;
}
