/** Tells of the Runs of a process in Events of their objects. */

import { controllerText, EventRecorder, type Transport } from "../../kube/mod.ts";
import type { KubeObject } from "../../model/mod.ts";
import type { RunResult } from "../../run/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { hostName } from "./host_name.ts";
import type { ResolvedController } from "../options/mod.ts";
import { eventOf } from "./run_events.ts";
import { randomId } from "./random_id.ts";

/** Tells of one Run over an object. Neither waits nor throws. */
export type EventTeller = (result: RunResult, object: KubeObject) => void;

/** The Events of all controllers of a process. */
export class EventTelling {
  readonly #recorder: EventRecorder;
  readonly #host: string;

  /** @param transport What they are written through. @param log Where losses are noted. */
  constructor(transport: Transport, log: Logger) {
    this.#recorder = new EventRecorder({ transport, log });
    this.#host = hostName() ?? randomId(transport.random);
  }

  /** What tells of the Runs of one controller. */
  tellerFor({ name, resource: kind }: ResolvedController): EventTeller {
    const reporter = { controller: controllerText(kind.group, name), instance: `${name}-${this.#host}` };
    return (result, object) => {
      const event = eventOf(result);
      if (event) this.#recorder.record({ ...event, reporter, regarding: { kind, object } });
    };
  }

  /** Takes no more, and writes what is left for so many milliseconds. */
  async close(within: number): Promise<void> {
    await this.#recorder.close(within);
  }
}
