/** The error for a kind that cannot be defined, with the place of the mistake. */

/** Thrown if a kind cannot be defined: Kubernetes refuses its name, or a CRD cannot hold its schema. */
export class ResourceDefinitionError extends TypeError {
  /** The error's name. */
  override readonly name = "ResourceDefinitionError";
}

/** A place in the schemas of a kind. */
export interface Place {
  /** The kind that is being defined. */
  readonly kind: string;
  /** The path inside its objects: `spec.ports[].name`. */
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
 * Refuses the schema at a place.
 *
 * @param problem Continues the sentence after the place: `is a tuple, which a CRD cannot describe`.
 * @throws {ResourceDefinitionError} Always.
 */
export function refuse({ kind, path }: Place, problem: string, cause?: unknown): never {
  throw new ResourceDefinitionError(
    `Cannot define ${kind} as ${path} ${problem}`,
    cause === undefined ? {} : { cause },
  );
}
