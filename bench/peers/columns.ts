/** The columns of each scenario's table, and the format of numbers. */

import type { ScenarioName } from "./results.ts";

/** A column of a table. */
export interface Column {
  title: string;
  /** The name of the value. */
  key: string;
  digits: number;
  /** Whether it compares operators. */
  compared: boolean;
}

const column = (title: string, key: string, digits: number): Column => ({ title, key, digits, compared: true });
const fact = (title: string, key: string, digits: number): Column => ({ title, key, digits, compared: false });

const WALL = column("wall s", "wallSeconds", 2);
const CPU = column("CPU s", "cpuSeconds", 2);
const PEAK = column("peak RSS MiB", "peakRssMib", 0);
const RSS = column("RSS MiB", "rssMib", 0);
const API_SERVER = column("API server CPU s", "apiServerCpuSeconds", 2);
const ETCD = column("etcd CPU s", "etcdCpuSeconds", 2);
const HARNESS = fact("harness CPU s", "harnessCpuSeconds", 2);
const OTHER = fact("other CPU s", "otherCpuSeconds", 2);
const QUIET = [column("quiet after s", "quietSeconds", 2), column("CPU s until quiet", "quietCpuSeconds", 2)];
const QUIET_API_SERVER = column("API server CPU s until quiet", "quietApiServerCpuSeconds", 2);
const REQUESTS = [
  fact("writes", "writes", 0),
  fact("GET", "gets", 0),
  fact("LIST", "lists", 0),
  fact("WATCH", "watches", 0),
  fact("discovery", "otherRequests", 0),
];
const DELAYS = [column("p50 ms", "p50Ms", 2), column("p99 ms", "p99Ms", 2), fact("max ms", "maxMs", 1)];

/** The columns of each scenario's table. */
export const COLUMNS: Record<ScenarioName, readonly Column[]> = {
  converge: [WALL, CPU, PEAK, API_SERVER, ETCD, ...QUIET, QUIET_API_SERVER, ...REQUESTS, HARNESS, OTHER],
  idle: [WALL, CPU, PEAK, RSS, API_SERVER, ...QUIET, ...REQUESTS, HARNESS, OTHER],
  churn: [...DELAYS, CPU, column("CPU µs an update", "cpuPerEventUs", 0), PEAK, RSS, API_SERVER, HARNESS, OTHER],
  latency: [...DELAYS, CPU, RSS, API_SERVER, HARNESS, OTHER],
  startup: [WALL, CPU, PEAK, RSS, column("start to exit s", "exitSeconds", 3), OTHER],
  foreign: [WALL, CPU, PEAK, RSS, API_SERVER, ...QUIET, ...REQUESTS, HARNESS, OTHER],
};

/** A number, as in the tables; a dash for `undefined`. */
export function written(value: number | undefined, digits: number): string {
  return value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);
}
