/** Builds the Event that the API server stores from a series. Pure. */

import { apiVersionOf, type KubeObject } from "../../model/mod.ts";
import { Event } from "../kinds/mod.ts";
import type { EventSeries } from "./event_series.ts";
import { actionText, microTime, wordText } from "./event_text.ts";
import type { ObjectEvent } from "./object_event.ts";

/** The namespace of Events about cluster-scoped objects; `kubectl describe` looks for them there. */
const CLUSTER_NAMESPACE = "default";

/** The namespace of an Event: that of the object it is about. */
export function namespaceOf({ regarding: { object } }: ObjectEvent): string {
  return object.metadata.namespace ?? CLUSTER_NAMESPACE;
}

/** Builds the whole Event of a series. */
export function eventManifest(series: EventSeries): Record<string, unknown> {
  const { event, name, firstTime, count } = series;
  const { reporter, regarding, type } = event;
  const reason = wordText(event.reason);
  return {
    apiVersion: apiVersionOf(Event),
    kind: Event.kind,
    metadata: { name, namespace: namespaceOf(event) },
    eventTime: microTime(firstTime),
    reportingController: reporter.controller,
    reportingInstance: wordText(reporter.instance),
    type,
    reason,
    action: actionText(event.action) ?? reason,
    note: event.note,
    regarding: referenceTo(regarding.object, apiVersionOf(regarding.kind), regarding.kind.kind),
    ...(count > 1 && seriesPatch(series)),
  };
}

/** The patch for an Event that happened again. The API server refuses a count below 2. */
export function seriesPatch({ count, lastTime }: EventSeries): Record<string, unknown> {
  return { series: { count, lastObservedTime: microTime(lastTime) } };
}

function referenceTo({ metadata }: KubeObject, apiVersion: string, kind: string): Record<string, unknown> {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name, uid, resourceVersion };
}
