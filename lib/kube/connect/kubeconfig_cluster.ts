/** The cluster of a kubeconfig, checked. */

import type { ClusterConfig, FileReference } from "./located.ts";
import type { Field } from "./field.ts";
import { fileReference, resolveFile } from "./kubeconfig_paths.ts";
import { isServerUrl, shownUrl } from "./server_url.ts";

/** What kubectl knows and Deno's `fetch` cannot do, and what to do instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  "insecure-skip-tls-verify": "name the certificate authority instead, or remove it and run deno with " +
    "--unsafely-ignore-certificate-errors=HOST",
  "tls-server-name": "name the server by a name that its certificate holds",
  "proxy-url": "remove it and set the environment variable HTTPS_PROXY",
};

/**
 * Reads a cluster's entry.
 *
 * @returns The cluster, with the paths of its files resolved, and these files.
 * @throws {ConnectError} If it is incomplete, malformed, or asks for what is not supported.
 */
export async function readCluster(field: Field): Promise<{ cluster: ClusterConfig; files: FileReference[] }> {
  for (const [key, advice] of Object.entries(UNSUPPORTED)) {
    const { value } = field.at(key);
    if (value) field.at(key).fail(`is not supported: ${advice}`);
  }
  const data = field.at("certificate-authority-data").pemData();
  const file = data === undefined ? await resolveFile(field.at("certificate-authority")) : undefined;
  const extensions = field.at("extensions");
  const cluster: ClusterConfig = {
    "server": readServer(field.at("server")),
    ...(data !== undefined && { "certificate-authority-data": data }),
    ...(file !== undefined && { "certificate-authority": file }),
    ...(extensions.items().length > 0 && { extensions: extensions.value as NonNullable<ClusterConfig["extensions"]> }),
  };
  return { cluster, files: fileReference(field.at("certificate-authority"), file, true) };
}

function readServer(field: Field): string {
  const server = field.requiredText();
  if (!isServerUrl(server)) {
    field.fail(`is no URL that begins with https:// or http://: current value is ${shownUrl(server)}`);
  }
  return server;
}
