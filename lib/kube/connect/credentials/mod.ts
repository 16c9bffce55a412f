/**
 * The present credentials of a user, renewed when they expire.
 *
 * @module
 */

export { type Credential, Credentials } from "./credentials.ts";
export { isPem, type PemSource, pemSource } from "./pem_source.ts";
