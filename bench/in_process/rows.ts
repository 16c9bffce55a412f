/** The rows of the table, computed from the times of the benches and their bounds. Pure. */

import { CONTROLLED, EVENTS, KEYS, LISTS, OBJECTS, RUNS } from "./sizes.ts";

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly text: string;
  readonly measured: number;
  /** The bound; absent if there is none. */
  readonly bound?: number;
  readonly unit: string;
  /** Whether the value is within the bound; absent if there is none. */
  readonly holds?: boolean;
}

/** The best round of each bench, in nanoseconds, by its name. */
export type Times = ReadonlyMap<string, number>;

/**
 * Computes the rows.
 *
 * @throws {Error} If a bench is missing.
 */
export function rowsOf(times: Times): Row[] {
  const each = (name: string, count: number) => timeOf(times, name) / count / 1_000;
  const perSecond = (name: string) => 1e9 * KEYS / timeOf(times, name);
  const event = (what: string) => each(`events, ${what}`, EVENTS);
  const beyondParse = (what: string) => event(what) - event("JSON.parse alone");
  return [
    atMost(5, "7-run", "a Run of ten steps that changes nothing", each("a Run that changes nothing", RUNS)),
    atMost(
      5,
      "7-run-in-controller",
      "the same in a controller: queue, cache, report and metrics included",
      each("a Run that changes nothing, in a controller", CONTROLLED),
    ),
    atMost(
      1,
      "7-stream",
      "the stream's part of an event in batches: beyond the same work without streams",
      event("in batches, looked at") - event("in batches, without streams"),
    ),
    stated(
      "7-event",
      "all of it but JSON.parse: lines, cache, freezing, listener",
      beyondParse("in batches, looked at"),
    ),
    stated("7-event-alone", "the same of an event that comes alone", beyondParse("one by one, looked at")),
    stated("7-event-bare", "the same in a bare loop, without any watch or cache", beyondParse("a bare loop")),
    stated("7-event-parse", "JSON.parse of the event", event("JSON.parse alone")),
    stated(
      "7-event-keys",
      "an event in batches, in all, if only its key is looked at",
      event("in batches, keys taken"),
    ),
    stated("7-event-keys-alone", "the same of an event that comes alone", event("one by one, keys taken")),
    atLeast(1e6, "6-queue-add", "the queue, a million keys: add", perSecond("the queue, add")),
    atLeast(1e6, "6-queue-take", "the queue: take and give back", perSecond("the queue, take and give back")),
    stated(
      "6-queue-add-fresh",
      "the queue: add, text never hashed before",
      perSecond("the queue, add fresh text"),
      "/s",
    ),
    stated(
      "6-queue-next",
      "the queue: wait and give back",
      perSecond("the queue, wait for a key and give it back"),
      "/s",
    ),
    stated("6-cache-list", "the cache, 10,000 objects: list all", each("the cache, list all", LISTS)),
    stated(
      "6-cache-namespace",
      "the cache: list a tenth, by namespace",
      each("the cache, list a tenth by namespace", LISTS),
    ),
    stated(
      "6-cache-label",
      "the cache: list a sixteenth, by label",
      each("the cache, list a sixteenth by label", LISTS),
    ),
    stated("6-cache-get", "the cache: get one", each("the cache, get each", OBJECTS)),
  ];
}

function timeOf(times: Times, name: string): number {
  const time = times.get(name);
  if (time === undefined) throw new Error(`Cannot tell of "${name}" as there is no such bench`);
  return time;
}

function atMost(bound: number, id: string, text: string, measured: number): Row {
  return { id, text, measured, bound, unit: "µs", holds: measured <= bound };
}

function atLeast(bound: number, id: string, text: string, measured: number): Row {
  return { id, text, measured, bound, unit: "/s", holds: measured >= bound };
}

function stated(id: string, text: string, measured: number, unit = "µs"): Row {
  return { id, text, measured, unit };
}

/** The table, as text. */
export function formatRows(rows: readonly Row[]): string {
  const cells = rows.map(({ text, measured, bound, unit, holds }) => [
    text,
    `${round(measured, unit.startsWith("×") ? 3 : 2)} ${unit}`,
    bound === undefined ? "" : `${unit === "/s" ? "≥" : "≤"} ${round(bound, 3)}`,
    holds === undefined ? "" : holds ? "holds" : "DOES NOT HOLD",
  ]);
  const all = [["", "measured", "asked", ""], ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((line) => line[column]!.length)));
  const format = ([text, ...numbers]: string[]) =>
    [text!.padEnd(widths[0]!), numbers[0]!.padStart(widths[1]!), numbers[1]!.padStart(widths[2]!), numbers[2]].join(
      "  ",
    );
  return all.map((line) => format(line).trimEnd()).join("\n");
}

/** Rounds to a few digits, because the values are not more precise; large ones become whole. */
function round(value: number, digits: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(digits)));
}
