/** Thrown for fields of a type that they cannot have in their kind. */

/** How it is answered depends on where the fields came from. The message is in the API server's words. */
export class DecodingError extends Error {
  override readonly name = "DecodingError";
}
