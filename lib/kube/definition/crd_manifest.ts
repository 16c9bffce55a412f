/** CustomResourceDefinitions, made from definitions. */

import type { ResourceNames } from "./resource_names.ts";
import { type JsonSchemaSource, readSchema, type StructuralSchema } from "./schema/mod.ts";

/** A column that `kubectl get` shows. */
export interface PrinterColumn {
  /** The head of the column. */
  readonly name: string;
  /** What its values are. */
  readonly type: "boolean" | "date" | "integer" | "number" | "string";
  /** Where they are: `.spec.replicas`. */
  readonly jsonPath: string;
  /** What they mean. */
  readonly description?: string;
  /** How they are shown. */
  readonly format?: string;
  /** More than 0: only with `-o wide`. */
  readonly priority?: number;
}

/** Where `kubectl scale` and autoscalers find their numbers. */
export interface ScaleSubresource {
  /** Where the wanted number is: `.spec.replicas`. */
  readonly specReplicasPath: string;
  /** Where the present number is: `.status.replicas`. */
  readonly statusReplicasPath: string;
  /** Where the label selector of the pods is, as text. */
  readonly labelSelectorPath?: string;
}

/** One version in a {@link CrdManifest}. */
export interface CrdVersion {
  /** The version. */
  readonly name: string;
  /** Whether the API server answers requests for it. */
  readonly served: boolean;
  /** Whether objects are stored in it; exactly one version is. */
  readonly storage: boolean;
  /** What its objects look like. */
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  /** Parts of objects that are written by themselves. */
  readonly subresources?: { readonly status?: Readonly<Record<never, never>>; readonly scale?: ScaleSubresource };
  /** What `kubectl get` shows. */
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

/** A CustomResourceDefinition, as it is installed. */
export interface CrdManifest {
  /** The API version of CRDs. */
  readonly apiVersion: "apiextensions.k8s.io/v1";
  /** The kind of CRDs. */
  readonly kind: "CustomResourceDefinition";
  /** The name, which is made of plural and group. */
  readonly metadata: { readonly name: string };
  /** What is defined. */
  readonly spec: {
    /** The API group. */
    readonly group: string;
    /** Whether objects are in namespaces. */
    readonly scope: "Namespaced" | "Cluster";
    /** What the kind is called. */
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

/** What a CRD is made from. */
export interface CrdSource extends ResourceNames {
  readonly scope: "Namespaced" | "Cluster";
  readonly spec: JsonSchemaSource<unknown>;
  readonly status: JsonSchemaSource<unknown> | undefined;
  readonly printerColumns: readonly PrinterColumn[];
  readonly scale: ScaleSubresource | undefined;
}

/**
 * The CRD of a definition, with one version.
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
  // Columns of one's own take the place of the age that is shown without them.
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

/** Whether `{}` is a spec. Then it is the default, so that the defaults in it apply and every object has a spec. */
function mayBeEmpty({ type, required, minProperties, allOf, anyOf, oneOf, not, ...rest }: StructuralSchema): boolean {
  const conditions = [required, minProperties, allOf, anyOf, oneOf, not, rest["x-kubernetes-validations"]];
  return type === "object" && conditions.every((condition) => condition === undefined);
}
