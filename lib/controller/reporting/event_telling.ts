/** Records Events about the Runs of a process. */

import { controllerText, EventRecorder, type Transport } from "../../kube/mod.ts";
import type { KubeObject } from "../../model/mod.ts";
import type { RunResult } from "../../run/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { hostName } from "./host_name.ts";
import type { ResolvedController } from "../options/mod.ts";
import { eventOf } from "./run_events.ts";
import { randomId } from "./random_id.ts";

/** Records an Event about one Run of an object. Neither waits nor throws. */
export type EventTeller = (result: RunResult, object: KubeObject) => void;

/** The Events of all controllers of a process. */
export class EventTelling {
  readonly #recorder: EventRecorder;
  readonly #host: string;

  /** @param transport Writes the Events. @param log Where losses are logged. */
  constructor(transport: Transport, log: Logger) {
    this.#recorder = new EventRecorder({ transport, log });
    this.#host = hostName() ?? randomId(transport.random);
  }

  /** The teller for the Runs of one controller. */
  tellerFor({ name, resource: kind }: ResolvedController): EventTeller {
    const reporter = { controller: controllerText(kind.group, name), instance: `${name}-${this.#host}` };
    return (result, object) => {
      const event = eventOf(result);
      if (event) this.#recorder.record({ ...event, reporter, regarding: { kind, object } });
    };
  }

  /** Accepts no more Events, and spends at most `within` milliseconds on writing the rest. */
  async close(within: number): Promise<void> {
    await this.#recorder.close(within);
  }
}
