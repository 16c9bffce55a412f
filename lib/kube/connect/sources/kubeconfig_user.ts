/** Reads and checks the user of a kubeconfig. */

import type { FileReference, UserConfig } from "../found/mod.ts";
import type { Field } from "./field.ts";
import { readImpersonation } from "./impersonation.ts";
import { fileReference, resolveCommand, resolveFile } from "./kubeconfig_paths.ts";

type ExecConfig = NonNullable<UserConfig["exec"]>;

const EXEC_VERSIONS = [
  "client.authentication.k8s.io/v1",
  "client.authentication.k8s.io/v1beta1",
  "client.authentication.k8s.io/v1alpha1",
] as const;

/** Features of kubectl that are not supported, and what to do instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  "auth-provider": "Kubernetes removed it in 1.26; use exec",
};

/**
 * Reads a user's entry.
 *
 * @returns The user, with the paths of its files resolved, and these files.
 * @throws {ConnectError} If it is malformed, or needs an unsupported feature.
 */
export async function readUser(field: Field): Promise<{ user: UserConfig; files: FileReference[] }> {
  for (const [key, advice] of Object.entries(UNSUPPORTED)) {
    if (!isUnset(field.at(key).value)) field.at(key).fail(`is not supported: ${advice}`);
  }
  const certificate = await readCertificate(field);
  const token = await readToken(field);
  const exec = await readExec(field.at("exec"));
  const impersonation = readImpersonation(field);
  const user = {
    ...certificate.user,
    ...token.user,
    ...readPassword(field),
    ...exec,
    ...(impersonation.length > 0 && { impersonation }),
  };
  return { user, files: [...certificate.files, ...token.files] };
}

/** kubectl writes an empty value for a field that is not set. */
function isUnset(value: unknown): boolean {
  return !value || typeof value === "object" && Object.keys(value).length === 0;
}

async function readCertificate(field: Field): Promise<{ user: UserConfig; files: FileReference[] }> {
  const certificate = await dataOrFile(field, "client-certificate");
  const key = await dataOrFile(field, "client-key");
  if (certificate.isThere !== key.isThere) {
    field.fail("has one of client-certificate and client-key without the other: give both, or none");
  }
  return { user: { ...certificate.user, ...key.user }, files: [...certificate.files, ...key.files] };
}

/** As in kubectl, data takes precedence over the file. */
async function dataOrFile(
  field: Field,
  name: "client-certificate" | "client-key",
): Promise<{ isThere: boolean; user: UserConfig; files: FileReference[] }> {
  const data = field.at(`${name}-data`).pemData();
  if (data !== undefined) return { isThere: true, user: { [`${name}-data`]: data }, files: [] };
  const file = await resolveFile(field.at(name));
  if (file === undefined) return { isThere: false, user: {}, files: [] };
  return { isThere: true, user: { [name]: file }, files: fileReference(field.at(name), file, true) };
}

/** As in kubectl, the file takes precedence over the token, because it may be newer. */
async function readToken(field: Field): Promise<{ user: UserConfig; files: FileReference[] }> {
  const tokenFile = await resolveFile(field.at("tokenFile"));
  const token = field.at("token").text();
  if (tokenFile === undefined) return { user: token === undefined ? {} : { token }, files: [] };
  return { user: { tokenFile }, files: fileReference(field.at("tokenFile"), tokenFile, false) };
}

function readPassword(field: Field): UserConfig {
  const username = field.at("username").text();
  const password = field.at("password").text();
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}

async function readExec(field: Field): Promise<UserConfig> {
  if (field.value === undefined || field.value === null) return {};
  const args = field.at("args").items().map((item) => item.text() ?? "");
  const env = field.at("env").items()
    .map((item) => ({ name: item.at("name").requiredText(), value: item.at("value").text() ?? "" }));
  const installHint = field.at("installHint").text();
  const interactiveMode = oneOf(field.at("interactiveMode"), ["Never", "IfAvailable", "Always"] as const);
  const exec: ExecConfig = {
    apiVersion: oneOf(field.at("apiVersion"), EXEC_VERSIONS) ?? field.at("apiVersion").fail("is missing"),
    command: await resolveCommand(field.at("command")),
    args,
    env,
    provideClusterInfo: field.at("provideClusterInfo").isTrue(),
    ...(installHint !== undefined && { installHint }),
    ...(interactiveMode !== undefined && { interactiveMode }),
  };
  return { exec };
}

function oneOf<T extends string>(field: Field, allowed: readonly T[]): T | undefined {
  const text = field.text();
  if (text === undefined) return undefined;
  return allowed.find((each) => each === text) ??
    field.fail(`must be one of ${allowed.join(", ")}: current value is "${text}"`);
}
