/** Reads and checks the cluster of a kubeconfig. */

import {
  type ClusterConfig,
  type FileReference,
  isServerUrl,
  parseProxyUrl,
  PROXY_SCHEMES,
  shownUrl,
} from "../found/mod.ts";
import type { Field } from "./field.ts";
import { fileReference, resolveFile } from "./kubeconfig_paths.ts";

/** kubectl refuses both together, because one would be ignored. */
const IGNORED_AUTHORITY = "is true, and a certificate authority is given that would be ignored: remove one of the two";

/** The characters of a server name or address. */
const SERVER_NAME = /^[\w.:-]+$/;

/**
 * Reads a cluster's entry.
 *
 * @returns The cluster, with the paths of its files resolved, and these files.
 * @throws {ConnectError} If it is incomplete, malformed, or needs an unsupported feature.
 */
export async function readCluster(field: Field): Promise<{ cluster: ClusterConfig; files: FileReference[] }> {
  const insecure = field.at("insecure-skip-tls-verify");
  const isInsecure = insecure.isTrue();
  const data = field.at("certificate-authority-data").pemData();
  const file = data === undefined ? await resolveFile(field.at("certificate-authority")) : undefined;
  if (isInsecure && (data ?? file) !== undefined) insecure.fail(IGNORED_AUTHORITY);
  const serverName = readServerName(field.at("tls-server-name"));
  const proxy = readProxy(field.at("proxy-url"));
  const extensions = field.at("extensions");
  const cluster: ClusterConfig = {
    "server": readServer(field.at("server")),
    ...(data !== undefined && { "certificate-authority-data": data }),
    ...(file !== undefined && { "certificate-authority": file }),
    ...(isInsecure && { "insecure-skip-tls-verify": true }),
    ...(serverName !== undefined && { "tls-server-name": serverName }),
    ...(proxy !== undefined && { "proxy-url": proxy }),
    ...(extensions.items().length > 0 && { extensions: extensions.value as NonNullable<ClusterConfig["extensions"]> }),
  };
  return { cluster, files: fileReference(field.at("certificate-authority"), file, true) };
}

function readServer(field: Field): string {
  const server = field.requiredText();
  if (!isServerUrl(server)) {
    field.fail(`is not a URL that begins with https:// or http://: current value is ${shownUrl(server)}`);
  }
  return server;
}

function readServerName(field: Field): string | undefined {
  const name = field.text();
  if (name !== undefined && !SERVER_NAME.test(name)) field.fail(`is not a server name: current value is "${name}"`);
  return name;
}

function readProxy(field: Field): string | undefined {
  const url = field.text();
  // Not shown, because proxy URLs often contain a password.
  if (url !== undefined && !parseProxyUrl(url)) field.fail(`is not a URL that begins with ${PROXY_SCHEMES}`);
  return url;
}
