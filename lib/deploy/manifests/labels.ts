/** Names and labels that the objects share. */

import type { ManifestMeta } from "./object.ts";
import type { Settings } from "./settings.ts";

/** The labels by which the Deployment and others find the pods. They never change, as a Deployment's selector cannot. */
export function selectorOf({ operator, name }: Settings): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": operator.name, "app.kubernetes.io/instance": name };
}

/** The labels of all objects. */
export function labelsOf(settings: Settings): Readonly<Record<string, string>> {
  const allowed = settings.operator.version.replace(/[^-A-Za-z0-9_.]/g, "_").slice(0, 63);
  const version = allowed.replace(/^[-_.]+|[-_.]+$/g, "");
  return { ...selectorOf(settings), "app.kubernetes.io/version": version, ...settings.labels };
}

/** The metadata of an object in the operator's namespace. */
export function namespacedMeta(settings: Settings, name: string = settings.name): ManifestMeta {
  return { name, namespace: settings.namespace, labels: labelsOf(settings) };
}

/**
 * The metadata of an object of the whole cluster. The namespace is part of its name, so that a second one in another
 * namespace does not take over its binding.
 */
export function clusterMeta(settings: Settings): ManifestMeta {
  return { name: `${settings.name}.${settings.namespace}`, labels: labelsOf(settings) };
}
