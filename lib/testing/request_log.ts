/** A log of requests, for tests that count them. */

import type { InterceptedRequest } from "./interception.ts";

/** A request that has been answered. */
export interface RequestRecord extends Omit<InterceptedRequest, "query" | "body"> {
  /** The HTTP status code of the answer; 0 if there was none. */
  readonly code: number;
  /** When it was answered, in milliseconds since the Unix epoch, by the cluster's clock. */
  readonly at: number;
}

/** Called after each request. */
export type RequestListener = (record: RequestRecord) => void;

/** The verbs that write. */
const WRITES = ["create", "update", "patch", "delete", "deletecollection"];

/**
 * Records requests. Pass `log.listener` to {@link EmbeddedCluster.onRequest}.
 *
 * @example Counting writes
 * ```ts
 * import { Namespace } from "@staircase/operator/kinds";
 * import { EmbeddedCluster, RequestLog } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using cluster = new EmbeddedCluster();
 * const log = new RequestLog();
 * cluster.onRequest(log.listener);
 * await cluster.list(Namespace);
 * assertEquals(log.counts(), { "list namespaces": 1 });
 * ```
 */
export class RequestLog {
  /** All records, in the order of the answers. */
  readonly records: RequestRecord[] = [];

  /** Adds a record. */
  readonly listener: RequestListener = (record) => {
    this.records.push(record);
  };

  /** The number of requests by `verb resource` or `verb resource/subresource`. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const record of this.records) {
      const what = `${record.verb} ${resourceOf(record)}`;
      counts[what] = (counts[what] ?? 0) + 1;
    }
    return counts;
  }

  /** The records of writes, including failed ones. */
  writes(): RequestRecord[] {
    return this.records.filter(({ verb }) => WRITES.includes(verb));
  }

  /** The records of reads. */
  reads(): RequestRecord[] {
    return this.records.filter(({ verb }) => !WRITES.includes(verb));
  }

  /** Removes all records. */
  clear(): void {
    this.records.length = 0;
  }
}

/** A request and the status of its answer, as a text to be compared in tests: `patch foos/status a 200`. */
export function describeRecord(record: RequestRecord): string {
  return [record.verb, resourceOf(record), record.name, record.code].filter(Boolean).join(" ");
}

function resourceOf({ resource, subresource }: RequestRecord): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}
