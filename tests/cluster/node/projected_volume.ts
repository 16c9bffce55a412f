/** A projected volume of a Pod: its service account token, ConfigMaps, and fields of its own. */

import { type ApiTarget, callApi } from "../api.ts";
import type { Pod, ProjectedSource } from "./pod_types.ts";
import { SwitchedFolder } from "./switched_folder.ts";

/** A projected volume. */
export class ProjectedVolume {
  readonly #folder: SwitchedFolder;
  readonly #admin: ApiTarget;
  readonly #pod: Pod;
  readonly #sources: readonly ProjectedSource[];

  /** @param path Its folder on this machine; it is there, and empty. */
  constructor(admin: ApiTarget, pod: Pod, sources: readonly ProjectedSource[], path: string) {
    this.#admin = admin;
    this.#pod = pod;
    this.#sources = sources;
    this.#folder = new SwitchedFolder(path);
  }

  /** Its folder on this machine. */
  get path(): string {
    return this.#folder.path;
  }

  /** Writes all files, the token a new one, and puts them in place of the present ones. */
  async write(): Promise<void> {
    await this.#folder.write(Object.fromEntries(await this.#files()));
  }

  async #files(): Promise<[name: string, text: string][]> {
    const { namespace } = this.#pod.metadata;
    const files: [string, string][] = [];
    for (const { serviceAccountToken, configMap, downwardAPI } of this.#sources) {
      if (serviceAccountToken) files.push([serviceAccountToken.path, await this.#token(serviceAccountToken)]);
      if (configMap) {
        const path = `/api/v1/namespaces/${namespace}/configmaps/${configMap.name}`;
        const { data } = await callApi<{ data: Record<string, string> }>(this.#admin, "GET", path);
        for (const { key, path } of configMap.items) files.push([path, data[key]!]);
      }
      for (const { path, fieldRef } of downwardAPI?.items ?? []) {
        files.push([path, fieldOf(this.#pod, fieldRef.fieldPath)]);
      }
    }
    return files;
  }

  /** A token that is bound to the Pod, as a kubelet asks for it. */
  async #token({ expirationSeconds = 3600 }: { expirationSeconds?: number }): Promise<string> {
    const { metadata: { namespace, name, uid }, spec: { serviceAccountName = "default" } } = this.#pod;
    const { status } = await callApi<{ status: { token: string } }>(
      this.#admin,
      "POST",
      `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccountName}/token`,
      {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds, boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid } },
      },
    );
    return status.token;
  }
}

/** The field of a Pod that a path names. */
export function fieldOf(pod: Pod, path: string): string {
  const value = path.split(".").reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], pod);
  if (typeof value !== "string") throw new Error(`the node does not know the field ${path}`);
  return value;
}
