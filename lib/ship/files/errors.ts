/** The error of everything that cannot be built. */

/** What cannot be built, and why. */
export class ShipError extends Error {
  /** The error's name. */
  override readonly name = "ShipError";
}
