/**
 * Credentials, as they are now: those that end come anew.
 *
 * @module
 */

export { type Credential, Credentials } from "./credentials.ts";
export { isPem, type PemSource, pemSource } from "./pem_source.ts";
