/** The objects that manifests are made of. */

/** An object to be applied. */
export interface Manifest {
  /** The API group and version, such as `apps/v1`. */
  readonly apiVersion: string;
  /** The kind. */
  readonly kind: string;
  /** Its name and labels. */
  readonly metadata: ManifestMeta;
  /** All else, as the kind has it. */
  readonly [field: string]: unknown;
}

/** The metadata of an object to be applied. */
export interface ManifestMeta {
  /** The name. */
  readonly name: string;
  /** The namespace; absent for cluster-scoped kinds. */
  readonly namespace?: string;
  /** Labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations. */
  readonly annotations?: Readonly<Record<string, string>>;
}
