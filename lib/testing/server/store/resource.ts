/** A resource as the server knows it: its names, and how its objects are created, validated and merged. */

import type { FieldError, Fields, NameRules, ServerObject } from "../values/mod.ts";
import type { GoStruct, TypeNode } from "../types/mod.ts";
import type { Column } from "./table_columns.ts";

/** The names of the fields on the way to a field. */
export type FieldPath = readonly string[];

/** The behaviour of a kind beyond what all kinds have in common. */
export interface Strategy {
  /** The part of an object whose changes increase the generation; absent if it has no generation. */
  readonly counted: ((object: ServerObject) => unknown) | undefined;
  readonly names: NameRules;
  /** Whether a PUT without a resourceVersion overwrites. */
  readonly unconditionalUpdate: boolean;
  /** Whether a PUT creates what is missing. */
  readonly createOnUpdate: boolean;
  /** Whether DELETE answers with the object even if it is gone at once. */
  readonly answersDeleted: boolean;
  /** What a deletion without a policy does with dependents. */
  readonly defaultPropagation: "Background" | "Orphan";
  /** The fields that a write cannot set, so its manager does not own them: of the object, and of its status. */
  readonly unowned: { readonly main: readonly FieldPath[]; readonly status: readonly FieldPath[] };
  /** An object without any fields set, as before a creation. */
  empty(): Fields;
  /**
   * Decodes fields as the kind: drops unknown fields (and adds their paths to `unknown`), canonicalizes values and
   * fills in defaults. Throws a DecodingError if they cannot be decoded.
   */
  read(fields: Fields, unknown: string[]): Fields;
  /** The same for the result of an apply, where `null` differs from absent. */
  readApplied(fields: Fields): Fields;
  /** Brings a completed object into the form in which it is stored. */
  finish(object: ServerObject): ServerObject;
  /** Before a creation: sets the fields that the server decides. */
  prepareCreate(object: ServerObject): void;
  /** Before an update: restores fields that updates silently keep. */
  prepareUpdate(object: ServerObject, old: ServerObject): void;
  /** Before a status update: restores everything else. */
  prepareStatus(object: ServerObject, old: ServerObject): void;
  /** Warnings about a valid object. */
  warnings(object: ServerObject, old: ServerObject | undefined): string[];
  /** The errors of an object; `old` is the object that it replaces. */
  validate(object: ServerObject, old: ServerObject | undefined): FieldError[];
}

/** Paths of the scale subresource. */
export interface ScalePaths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: readonly string[] | undefined;
}

/** Shows objects of one table as another kind (Events have two groups). */
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
  /** The columns of its table; absent if the client decides. */
  readonly columns: readonly Column[] | undefined;
  /** The warning about a deprecated version for everybody who uses it. */
  readonly deprecation: string | undefined;
  /** Set while its definition is being deleted: nothing can be created. */
  terminating?: boolean;
}

/** The `apiVersion` of the resource's objects. */
export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group === "" ? version : `${group}/${version}`;
}

/** All served resources. */
export class ResourceRegistry {
  readonly #byPath = new Map<string, Resource>();

  /** Starts serving a resource. */
  add(resource: Resource): void {
    this.#byPath.set(pathOf(resource.group, resource.version, resource.plural), resource);
  }

  /** Stops serving a resource. */
  remove(resource: Resource): void {
    this.#byPath.delete(pathOf(resource.group, resource.version, resource.plural));
  }

  /** Finds a resource by its plural name. */
  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(pathOf(group, version, plural));
  }

  findKind(apiVersion: string, kind: string): Resource | undefined {
    return this.all().find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion);
  }

  /** All resources, in the order in which they were added. */
  all(): Resource[] {
    return [...this.#byPath.values()];
  }
}

function pathOf(group: string, version: string, plural: string): string {
  return `${group}/${version}/${plural}`;
}
