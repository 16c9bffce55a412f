/** Defines a kind of your own: its names, schemas and types, in one place. */

import { type CustomObject, type Draft, kindOf, type ResourceKind } from "../../model/mod.ts";
import { shownValue } from "../../time/mod.ts";
import { buildCrd, type CrdManifest, type PrinterColumn, type ScaleSubresource } from "./crd_manifest.ts";
import { checkNames, pluralOf, type ResourceNames } from "./resource_names.ts";
import { type JsonSchemaSource, ResourceDefinitionError } from "./schema/mod.ts";

/** The definition of a kind. */
export interface ResourceDefinition<Spec, Status, SpecInput = Spec> {
  /** The API group: a DNS name that you own, such as `example.dev`. */
  readonly group: string;
  /** The version: `v1`, `v1beta1`. */
  readonly version: string;
  /** The kind, in CamelCase: `Foo`. */
  readonly kind: string;
  /**
   * The name in URLs.
   * @default {the kind's plural in English, in lower case}
   */
  readonly plural?: string;
  /**
   * The singular name, for `kubectl`.
   * @default {the kind in lower case}
   */
  readonly singular?: string;
  /**
   * Short names, for `kubectl`.
   * @default {none}
   */
  readonly shortNames?: readonly string[];
  /**
   * Groups of kinds that `kubectl get` lists together, such as `all`.
   * @default {none}
   */
  readonly categories?: readonly string[];
  /** Whether objects are in namespaces. */
  readonly scope: "Namespaced" | "Cluster";
  /**
   * The schema of the spec: of zod 4.2 or newer, of any library that implements Standard JSON Schema, or made by
   * `jsonSchema(…)`. The API server validates objects against it and fills in its defaults. Transformations are refused
   * and refinements are lost, because nothing runs them.
   */
  readonly spec: JsonSchemaSource<Spec, SpecInput>;
  /**
   * The schema of the status. Giving one turns on the status subresource.
   * @default {no status}
   */
  readonly status?: JsonSchemaSource<Status>;
  /**
   * The columns that `kubectl get` shows after the name. The age is added at the end.
   * @default {the age}
   */
  readonly printerColumns?: readonly PrinterColumn[];
  /**
   * Turns on `kubectl scale`.
   * @default {off}
   */
  readonly scale?: ScaleSubresource;
}

/**
 * A defined kind, with everything that its installation needs.
 *
 * @typeParam Spec The spec as it is read.
 * @typeParam Status The status.
 * @typeParam SpecInput The spec as it is written: fields with a default may be left out.
 */
export interface DefinedResource<Spec = unknown, Status = unknown, SpecInput = Spec>
  extends ResourceKind<CustomObject<Spec, Status>> {
  /** Carries the type of the objects as they are written; does not exist at run time. */
  draftType?(draft: Draft<CustomObject<SpecInput, Status>>): void;
  /** The singular name, for `kubectl`. */
  readonly singular: string;
  /** Short names, for `kubectl`. */
  readonly shortNames: readonly string[];
  /** Whether the status is a subresource. */
  readonly hasStatus: boolean;
  /**
   * The CustomResourceDefinition. It is built on first use.
   *
   * @throws {ResourceDefinitionError} If a CRD cannot hold the schemas.
   */
  readonly crd: CrdManifest;
}

/**
 * Defines a kind of your own.
 *
 * @returns The token of the kind, with the types of its spec and status, and its CRD.
 * @throws {ResourceDefinitionError} If Kubernetes does not allow one of the names.
 *
 * @example Usage
 * ```ts
 * import { defineResource } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const Foo = defineResource({
 *   group: "example.dev",
 *   version: "v1",
 *   kind: "Foo",
 *   scope: "Namespaced",
 *   spec: z.object({ replicas: z.number().int().default(1) }),
 *   status: z.object({ observed: z.number() }),
 * });
 * assertEquals(Foo.crd.metadata.name, "foos.example.dev");
 * assertEquals(Foo.crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.spec, {
 *   default: {},
 *   type: "object",
 *   properties: { replicas: { type: "integer", default: 1 } },
 * });
 * ```
 */
export function defineResource<Spec, Status = never, SpecInput = Spec>(
  definition: ResourceDefinition<Spec, Status, SpecInput>,
): DefinedResource<Spec, Status, SpecInput> {
  const { group, version, kind, scope, spec, status, scale, printerColumns = [] } = definition;
  const names = resolveNames(definition);
  checkNames(names);
  if (scope !== "Namespaced" && scope !== "Cluster") {
    throw new ResourceDefinitionError(
      `Cannot define ${kind} as its scope must be "Namespaced" or "Cluster": current value is ${shownValue(scope)}`,
    );
  }
  const { plural, singular, shortNames } = names;
  let crd: CrdManifest | undefined;
  return Object.freeze({
    ...kindOf<CustomObject<Spec, Status>>({ group, version, kind, plural, scope }),
    singular,
    shortNames,
    hasStatus: status !== undefined,
    get crd() {
      return crd ??= buildCrd({ ...names, scope, spec, status, scale, printerColumns });
    },
  });
}

function resolveNames(definition: ResourceDefinition<unknown, unknown>): ResourceNames {
  const { group, version, kind } = definition;
  const { plural = pluralOf(String(kind)), singular = String(kind).toLowerCase(), shortNames = [], categories = [] } =
    definition;
  return { group, version, kind, plural, singular, shortNames, categories };
}
