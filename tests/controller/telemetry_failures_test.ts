/** A tracer or a meter that throws costs no object its Run, and sends no request twice. */

import { assert, assertEquals } from "@std/assert";
import { type Context, type Meter, metrics, type SpanOptions } from "@opentelemetry/api";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { SdkMeter } from "../telemetry/collector.ts";
import { type KeptSpan, SpanKeeper } from "../telemetry/span_keeper.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText } from "./plans.ts";
import { THROWN_VALUES } from "./thrown_values.ts";

/** All values would be thrown in vain: nobody looks into them here. */
const VALUES = Object.entries(THROWN_VALUES).filter((_, at) => at % 6 === 0);

const steps = ensureText
  .join("look around", { here: () => 1, there: () => Promise.resolve(2) })
  .observe("look elsewhere", async ({ kube, log }) => {
    log.info("looking");
    await kube.get(ConfigMap, "none", { live: true });
  });

/** Whether methods fail by now, and with what. */
interface Fault {
  readonly method: string;
  readonly make: () => unknown;
  isOn: boolean;
}

/** The same thing, one of whose methods throws while the fault is on. */
function faulty<T extends object>(target: T, fault: Fault): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (fault.isOn && name === fault.method) throw fault.make();
        return value.apply(object, args);
      };
    },
  });
}

class FaultyKeeper extends SpanKeeper {
  constructor(readonly fault: Fault) {
    super();
  }

  override start(name: string, options?: SpanOptions, parent?: Context): KeptSpan {
    if (this.fault.isOn && this.fault.method === "startSpan") throw this.fault.make();
    return faulty(super.start(name, options, parent), this.fault);
  }
}

async function serveWith(fault: Fault, what: string): Promise<void> {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: steps as typeof ensureText, owns: [ConfigMap], traces: "all" });
  harness.forget();
  fault.isOn = true;
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ["create ConfigMap default/a", "NoOp"], what);
  assertEquals(harness.asked(), ["create configmaps 201", "get configmaps none 404"], what);
  const told = harness.logger.at("error");
  assert(told.length > 0 && told.every((message) => /^cannot (trace|record)/.test(message)), `${what}: ${told}`);
  fault.isOn = false;
}

for (const method of ["startSpan", "end", "setAttributes", "isRecording", "spanContext"]) {
  Deno.test(`a tracer that throws in ${method} costs no object its Run`, async () => {
    for (const [what, make] of VALUES) {
      const fault = { method, make, isOn: false };
      using _keeper = new FaultyKeeper(fault);
      await serveWith(fault, what);
    }
  });
}

Deno.test("a meter that throws costs no object its Run", async () => {
  for (const [what, make] of VALUES) {
    const fault = { method: "record", make, isOn: false };
    const meter = new SdkMeter().meter;
    const getMeter = () =>
      ({
        createCounter: meter.createCounter.bind(meter),
        createHistogram: (...args: Parameters<Meter["createHistogram"]>) =>
          faulty(meter.createHistogram(...args), fault),
        createObservableGauge: meter.createObservableGauge.bind(meter),
      }) as unknown as Meter;
    metrics.setGlobalMeterProvider({ getMeter });
    try {
      await serveWith(fault, what);
    } finally {
      metrics.disable();
    }
  }
});
