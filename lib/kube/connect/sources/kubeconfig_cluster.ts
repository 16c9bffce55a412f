/** The cluster of a kubeconfig, checked. */

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

/** As kubectl has it: of the two, one would not be done. */
const TWO_MINDS = "is true, and a certificate authority is named, whose word would not count: leave out one of the two";

/** What a name of a server consists of, an address included. */
const SERVER_NAME = /^[\w.:-]+$/;

/**
 * Reads a cluster's entry.
 *
 * @returns The cluster, with the paths of its files resolved, and these files.
 * @throws {ConnectError} If it is incomplete, malformed, or asks for what is not supported.
 */
export async function readCluster(field: Field): Promise<{ cluster: ClusterConfig; files: FileReference[] }> {
  const insecure = field.at("insecure-skip-tls-verify");
  const isInsecure = insecure.isTrue();
  const data = field.at("certificate-authority-data").pemData();
  const file = data === undefined ? await resolveFile(field.at("certificate-authority")) : undefined;
  if (isInsecure && (data ?? file) !== undefined) insecure.fail(TWO_MINDS);
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
    field.fail(`is no URL that begins with https:// or http://: current value is ${shownUrl(server)}`);
  }
  return server;
}

function readServerName(field: Field): string | undefined {
  const name = field.text();
  if (name !== undefined && !SERVER_NAME.test(name)) field.fail(`is no name of a server: current value is "${name}"`);
  return name;
}

function readProxy(field: Field): string | undefined {
  const url = field.text();
  // Not shown: most of them hold a password.
  if (url !== undefined && !parseProxyUrl(url)) field.fail(`is no URL that begins with ${PROXY_SCHEMES}`);
  return url;
}
