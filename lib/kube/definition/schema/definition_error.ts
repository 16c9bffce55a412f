/** What is wrong with the definition of a kind, and where. */

/** A kind that cannot be defined as it stands: a name that Kubernetes refuses, or a schema that a CRD cannot hold. */
export class ResourceDefinitionError extends TypeError {
  /** Tells the class from others. */
  override readonly name = "ResourceDefinitionError";
}

/** A place in the schemas of a kind. */
export interface Place {
  /** The kind that is being defined. */
  readonly kind: string;
  /** Where in its objects: `spec.ports[].name`. */
  readonly path: string;
}

/** A field of the objects at a place. */
export function fieldOf({ kind, path }: Place, field: string): Place {
  return { kind, path: `${path}.${field}` };
}

/** The items of the list at a place. */
export function itemsOf({ kind, path }: Place): Place {
  return { kind, path: `${path}[]` };
}

/** The values of the map at a place. */
export function valuesOf({ kind, path }: Place): Place {
  return { kind, path: `${path}.*` };
}

/**
 * Refuses what is at a place.
 *
 * @param problem Goes on after the place: `is a tuple, which a CRD cannot describe`.
 * @throws {ResourceDefinitionError} Always.
 */
export function refuse({ kind, path }: Place, problem: string, cause?: unknown): never {
  throw new ResourceDefinitionError(
    `Cannot define ${kind} as ${path} ${problem}`,
    cause === undefined ? {} : { cause },
  );
}
