/** Measures what a period cost: for the operator, the control plane, the harness, and programs outside the benchmark. */

import { pause } from "../../tests/cluster/eventually.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import type { OperatorProcess } from "./operator_process.ts";
import { machineCpuSeconds, ownCpuSeconds } from "./processes.ts";
import type { Values } from "./results.ts";

/** The counters at one moment. */
interface Reading {
  operator: number;
  apiServer: number;
  etcd: number;
  harness: number;
  machine: number;
}

/** A meter that counts from its creation. */
export class Meter {
  readonly #cluster: BenchCluster;
  readonly #start: Reading;

  /** @param operator An operator that already runs. Its CPU time so far does not count. */
  constructor(cluster: BenchCluster, operator?: OperatorProcess) {
    this.#cluster = cluster;
    this.#start = read(cluster, operator);
  }

  /** The usage until now. */
  stop(operator: OperatorProcess): Values {
    const { operator: cpuSeconds, apiServer, etcd, harness, machine } = minus(
      read(this.#cluster, operator),
      this.#start,
    );
    return {
      cpuSeconds,
      apiServerCpuSeconds: apiServer,
      etcdCpuSeconds: etcd,
      harnessCpuSeconds: harness,
      otherCpuSeconds: Math.max(0, machine - harness - cpuSeconds - apiServer - etcd),
      peakRssMib: operator.memory("VmHWM"),
    };
  }

  /** Waits until everything is idle. Returns the usage until then, and the time. */
  async untilQuiet(operator: OperatorProcess): Promise<Values> {
    const deadline = performance.now() + 60_000;
    let last = read(this.#cluster, operator);
    let endOfWork = performance.now();
    for (let quiet = 0; quiet < 4 && performance.now() < deadline;) {
      await pause(250);
      const now = read(this.#cluster, operator);
      quiet = worked(now) - worked(last) <= 0.03 ? quiet + 1 : 0;
      if (quiet === 0) endOfWork = performance.now();
      last = now;
    }
    const used = minus(last, this.#start);
    return {
      quietSeconds: (endOfWork - operator.startedAt) / 1000,
      quietCpuSeconds: used.operator,
      quietApiServerCpuSeconds: used.apiServer,
      rssMib: operator.memory("VmRSS"),
    };
  }
}

function read(cluster: BenchCluster, operator: OperatorProcess | undefined): Reading {
  const harness = ownCpuSeconds();
  return { ...cluster.cpu(), operator: operator?.cpu() ?? 0, harness, machine: machineCpuSeconds() };
}

function worked({ operator, apiServer, etcd }: Reading): number {
  return operator + apiServer + etcd;
}

function minus(now: Reading, then: Reading): Reading {
  return {
    operator: now.operator - then.operator,
    apiServer: now.apiServer - then.apiServer,
    etcd: now.etcd - then.etcd,
    harness: now.harness - then.harness,
    machine: now.machine - then.machine,
  };
}
