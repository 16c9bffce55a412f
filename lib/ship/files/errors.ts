/** The error of everything that cannot be built. */

/** What cannot be built, and why. */
export class ShipError extends Error {
  override readonly name = "ShipError";
}
