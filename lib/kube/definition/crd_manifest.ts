/** Builds CustomResourceDefinitions from definitions. */

import type { ResourceNames } from "./resource_names.ts";
import { type JsonSchemaSource, readSchema, type StructuralSchema } from "./schema/mod.ts";

/** A column that `kubectl get` shows. */
export interface PrinterColumn {
  /** The column's header. */
  readonly name: string;
  /** The type of the values. */
  readonly type: "boolean" | "date" | "integer" | "number" | "string";
  /** The path of the values: `.spec.replicas`. */
  readonly jsonPath: string;
  /** What they mean. */
  readonly description?: string;
  /** The format of the values. */
  readonly format?: string;
  /** A number above 0 shows the column only with `-o wide`. */
  readonly priority?: number;
}

/** The paths that `kubectl scale` and autoscalers use. */
export interface ScaleSubresource {
  /** The path of the desired number: `.spec.replicas`. */
  readonly specReplicasPath: string;
  /** The path of the present number: `.status.replicas`. */
  readonly statusReplicasPath: string;
  /** The path of the pods' label selector, as text. */
  readonly labelSelectorPath?: string;
}

/** One version of a {@link CrdManifest}. */
export interface CrdVersion {
  /** The version. */
  readonly name: string;
  /** Whether the API server serves it. */
  readonly served: boolean;
  /** Whether objects are stored in it; exactly one version is. */
  readonly storage: boolean;
  /** The schema of its objects. */
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  /** The subresources. */
  readonly subresources?: { readonly status?: Readonly<Record<never, never>>; readonly scale?: ScaleSubresource };
  /** The columns that `kubectl get` shows. */
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

/** A complete CustomResourceDefinition. */
export interface CrdManifest {
  /** The API version of the CRD itself. */
  readonly apiVersion: "apiextensions.k8s.io/v1";
  /** The kind of the CRD itself. */
  readonly kind: "CustomResourceDefinition";
  /** The name: plural and group. */
  readonly metadata: { readonly name: string };
  /** The definition. */
  readonly spec: {
    /** The API group. */
    readonly group: string;
    /** Whether objects are in namespaces. */
    readonly scope: "Namespaced" | "Cluster";
    /** The names of the kind. */
    readonly names: Readonly<Record<"kind" | "listKind" | "plural" | "singular", string>> & {
      /** Short names, for `kubectl`. */
      readonly shortNames?: readonly string[];
      /** Groups of kinds that `kubectl get` lists together. */
      readonly categories?: readonly string[];
    };
    /** The versions. */
    readonly versions: readonly CrdVersion[];
  };
}

/** The parts of a CRD. */
export interface CrdSource extends ResourceNames {
  readonly scope: "Namespaced" | "Cluster";
  readonly spec: JsonSchemaSource<unknown>;
  readonly status: JsonSchemaSource<unknown> | undefined;
  readonly printerColumns: readonly PrinterColumn[];
  readonly scale: ScaleSubresource | undefined;
}

/**
 * Builds the CRD of a definition, with one version.
 *
 * @throws {ResourceDefinitionError} If a CRD cannot hold the schemas.
 */
export function buildCrd(source: CrdSource): CrdManifest {
  const { group, scope, kind, plural, singular, shortNames, categories } = source;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: {
        ...{ kind, listKind: `${kind}List`, plural, singular },
        ...(shortNames.length > 0 && { shortNames }),
        ...(categories.length > 0 && { categories }),
      },
      versions: [buildVersion(source)],
    },
  };
}

const AGE: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };

function buildVersion(source: CrdSource): CrdVersion {
  const { version, status, scale, printerColumns } = source;
  const subresources = { ...(status && { status: {} }), ...(scale && { scale }) };
  // By default kubectl shows the age, but not beside other columns, so the age is added.
  const columns = printerColumns.some(({ name }) => name === AGE.name) ? printerColumns : [...printerColumns, AGE];
  return {
    name: version,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: objectSchema(source) },
    ...(Object.keys(subresources).length > 0 && { subresources }),
    ...(printerColumns.length > 0 && { additionalPrinterColumns: columns }),
  };
}

function objectSchema({ kind, spec, status }: CrdSource): StructuralSchema {
  const specSchema = readSchema(spec, { kind, path: "spec" });
  const specField = mayBeEmpty(specSchema) ? { default: {}, ...specSchema } : specSchema;
  return {
    type: "object",
    properties: { spec: specField, ...(status && { status: readSchema(status, { kind, path: "status" }) }) },
    ...(specField.default === undefined && { required: ["spec"] }),
  };
}

/** Whether `{}` is a valid spec. Then it becomes the default, so that inner defaults apply and every object has a spec. */
function mayBeEmpty({ type, required, minProperties, allOf, anyOf, oneOf, not, ...rest }: StructuralSchema): boolean {
  const conditions = [required, minProperties, allOf, anyOf, oneOf, not, rest["x-kubernetes-validations"]];
  return type === "object" && conditions.every((condition) => condition === undefined);
}
