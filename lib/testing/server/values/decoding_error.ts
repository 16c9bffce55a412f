/** Thrown if a field has a type that its kind does not allow. */

/** The error's origin decides how it is answered. The message is the API server's. */
export class DecodingError extends Error {
  override readonly name = "DecodingError";
}
