/** The views of one controller: the parts of the cluster that it sees. */

import type { KubeObject, ResourceKind } from "../../model/mod.ts";
import { isManagedBy, managerOf } from "../../components/mod.ts";
import type { CachedKind, Claim, InformerSet } from "../../watch/mod.ts";
import type { ResolvedController } from "../options/mod.ts";

/** The views of one controller, by role. */
export interface ControllerViews {
  readonly primary: CachedKind;
  /** In the order of `owns`. */
  readonly owned: readonly CachedKind[];
  /** In the order of `watches`. */
  readonly watched: readonly CachedKind[];
}

/** Obtains the views that a controller has declared. */
export function obtainViews(controller: ResolvedController, informers: InformerSet): ControllerViews {
  const { resource, namespaces, labelSelector, owns, watches } = controller;
  const obtain = (kind: ResourceKind, selector: ResolvedController["labelSelector"], claim?: Claim) =>
    informers.obtain(kind, { namespaces, labelSelector: selector, claim });
  const claim = mayBelongTo(resource);
  return {
    primary: obtain(resource, labelSelector),
    owned: owns.map((owned) => obtain(owned.kind, owned.labelSelector, claim)),
    watched: watches.map((watched) => obtain(watched.kind, watched.labelSelector)),
  };
}

/**
 * Makes the test whether an object of an owned kind may belong to a controller: it has an owner of the controller's
 * kind, or the label or annotation of a dependent without an owner reference. Other objects are not lost: they are read
 * when needed.
 */
export function mayBelongTo(resource: ResourceKind): Claim {
  const { kind, group } = resource;
  const manager = managerOf(resource);
  return (metadata) =>
    metadata.ownerReferences?.some((owner) => owner.kind === kind && groupOf(owner.apiVersion) === group) ||
    isManagedBy(metadata, manager);
}

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
}

/** If several views have the kind, prefers one with all its objects, because it can tell that an object does not exist. */
export function viewFinder(
  { primary, owned, watched }: ControllerViews,
): <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined {
  const views: CachedKind[] = [];
  for (const view of [primary, ...owned, ...watched]) {
    const at = views.findIndex(({ kind }) => isSameVersion(kind, view.kind));
    if (at < 0) views.push(view);
    else if (!views[at]!.complete) views[at] = view;
  }
  return <T extends KubeObject>(kind: ResourceKind<T>) => {
    // Nearly always the same token.
    for (const view of views) {
      if (view.kind === kind || isSameVersion(view.kind, kind)) return view as unknown as CachedKind<T>;
    }
    return undefined;
  };
}

/** Includes the version, because another version has other fields. */
function isSameVersion(one: ResourceKind, other: ResourceKind): boolean {
  return one.plural === other.plural && one.group === other.group && one.version === other.version;
}
