/** The views of one controller: what it sees of the cluster. */

import type { KubeObject, ResourceKind } from "../../model/mod.ts";
import { managerOf, saysManager } from "../../components/mod.ts";
import type { CachedKind, Claim, InformerSet } from "../../watch/mod.ts";
import type { ResolvedController } from "../options/mod.ts";

/** The views of one controller, by what they are to it. */
export interface ControllerViews {
  readonly primary: CachedKind;
  /** In the order of `owns`. */
  readonly owned: readonly CachedKind[];
  /** In the order of `watches`. */
  readonly watched: readonly CachedKind[];
}

/** The views that a controller has declared. */
export function obtainViews(controller: ResolvedController, informers: InformerSet): ControllerViews {
  const { resource, namespaces, labelSelector, owns, watches } = controller;
  const obtain = (kind: ResourceKind, selector: ResolvedController["labelSelector"], claim?: Claim) =>
    informers.obtain(kind, { namespaces, labelSelector: selector, claim });
  const claim = claimOf(resource);
  return {
    primary: obtain(resource, labelSelector),
    owned: owns.map((owned) => obtain(owned.kind, owned.labelSelector, claim)),
    watched: watches.map((watched) => obtain(watched.kind, watched.labelSelector)),
  };
}

/**
 * Which objects of an owned kind may be a controller's own, as far as they say so themselves: they have an owner of its kind, or
 * are labelled or annotated as dependents are that have none. What says nothing is not lost by it: it is read when it is needed.
 */
export function claimOf(resource: ResourceKind): Claim {
  const { kind, group } = resource;
  const manager = managerOf(resource);
  return (metadata) =>
    metadata.ownerReferences?.some((owner) => owner.kind === kind && groupOf(owner.apiVersion) === group) ||
    saysManager(metadata, manager);
}

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
}

/** Of several views of a kind, one that holds all its objects is preferred: it can say that something is not there. */
export function viewFinder(
  { primary, owned, watched }: ControllerViews,
): <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined {
  const views: CachedKind[] = [];
  for (const view of [primary, ...owned, ...watched]) {
    const at = views.findIndex(({ kind }) => isSame(kind, view.kind));
    if (at < 0) views.push(view);
    else if (!views[at]!.complete) views[at] = view;
  }
  return <T extends KubeObject>(kind: ResourceKind<T>) => {
    // Nearly always the very token.
    for (const view of views) {
      if (view.kind === kind || isSame(view.kind, kind)) return view as unknown as CachedKind<T>;
    }
    return undefined;
  };
}

/** With the version: another version of a kind has other fields. */
function isSame(one: ResourceKind, other: ResourceKind): boolean {
  return one.plural === other.plural && one.group === other.group && one.version === other.version;
}
