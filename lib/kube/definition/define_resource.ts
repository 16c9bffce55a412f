/** Defining a kind of one's own: its names, its schemas and its types, once. */

import { type CustomObject, type Draft, kindOf, type ResourceKind } from "../../model/mod.ts";
import { shownValue } from "../../time/mod.ts";
import { buildCrd, type CrdManifest, type PrinterColumn, type ScaleSubresource } from "./crd_manifest.ts";
import { checkNames, pluralOf, type ResourceNames } from "./resource_names.ts";
import { type JsonSchemaSource, ResourceDefinitionError } from "./schema/mod.ts";

/** What defines a kind. */
export interface ResourceDefinition<Spec, Status, SpecInput = Spec> {
  /** The API group: a DNS name that is yours, such as `example.dev`. */
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
   * The name of one, for `kubectl`.
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
   * What is wanted: a schema of zod 4.2 or newer, of any library that speaks Standard JSON Schema, or `jsonSchema(…)`. The
   * API server checks objects against it and fills in its defaults; transformations and refinements are refused or lost, as
   * nobody runs them.
   */
  readonly spec: JsonSchemaSource<Spec, SpecInput>;
  /**
   * What is there. Giving one turns on the status subresource.
   * @default {no status}
   */
  readonly status?: JsonSchemaSource<Status>;
  /**
   * What `kubectl get` shows beside the name; the age is added at the end.
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
 * A kind that has been defined, with all that is needed to install it.
 *
 * @typeParam Spec The spec as it is read.
 * @typeParam Status The status.
 * @typeParam SpecInput The spec as it is written: what has a default may be left out.
 */
export interface DefinedResource<Spec = unknown, Status = unknown, SpecInput = Spec>
  extends ResourceKind<CustomObject<Spec, Status>> {
  /** Carries the type of the objects as they are written; never there at run time. */
  draftType?(draft: Draft<CustomObject<SpecInput, Status>>): void;
  /** The name of one, for `kubectl`. */
  readonly singular: string;
  /** Short names, for `kubectl`. */
  readonly shortNames: readonly string[];
  /** Whether the status is a subresource. */
  readonly hasStatus: boolean;
  /**
   * The CustomResourceDefinition, made when it is first asked for.
   *
   * @throws {ResourceDefinitionError} If a CRD cannot hold the schemas.
   */
  readonly crd: CrdManifest;
}

/**
 * Defines a kind of one's own.
 *
 * @returns The token of the kind, which carries the types of its spec and status, and its CRD.
 * @throws {ResourceDefinitionError} If a name is one that Kubernetes refuses.
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
