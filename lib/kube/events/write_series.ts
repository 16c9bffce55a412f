/** Writes one series: creates its Event once, and patches it from then on. */

import { Event } from "../kinds/mod.ts";
import { isAlreadyExists, isNotFound } from "../answer/mod.ts";
import { type KubeRequest, send, type Transport } from "../request/mod.ts";
import { eventManifest, namespaceOf, seriesPatch } from "./event_manifest.ts";
import type { EventSeries } from "./event_series.ts";

/** What writing a series needs. */
export interface SeriesWriter {
  readonly transport: Transport;
  readonly newName: (series: EventSeries) => string;
  readonly signal: AbortSignal;
}

/**
 * Brings the Event of a series up to date.
 *
 * @throws As {@link send}.
 */
export async function writeSeries(series: EventSeries, writer: SeriesWriter): Promise<void> {
  if (series.isStored) await patchOrRenew(series, writer);
  else await createOrPatch(series, writer);
}

async function createOrPatch(series: EventSeries, { transport, signal }: SeriesWriter): Promise<void> {
  const common = requestFor(series, signal);
  try {
    await send(transport, { ...common, verb: "create", body: eventManifest(series) });
    series.isStored = true;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    // The name belongs to this process, so the Event was created before and the answer got lost.
    series.isStored = true;
    if (series.count > 1) await patchSeries(series, transport, signal);
  }
}

async function patchOrRenew(series: EventSeries, writer: SeriesWriter): Promise<void> {
  const { transport, signal } = writer;
  try {
    await patchSeries(series, transport, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // The API server deletes Events after a time, usually an hour.
    series.isStored = false;
    series.name = writer.newName(series);
    await createOrPatch(series, writer);
  }
}

async function patchSeries(series: EventSeries, transport: Transport, signal: AbortSignal): Promise<void> {
  const { name } = series;
  const contentType = "application/merge-patch+json";
  await send(transport, { ...requestFor(series, signal), verb: "patch", name, body: seriesPatch(series), contentType });
}

function requestFor({ event }: EventSeries, signal: AbortSignal): Omit<KubeRequest, "verb"> {
  return { kind: Event, namespace: namespaceOf(event), signal };
}
