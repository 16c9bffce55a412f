/** A recorder on an embedded cluster in virtual time. */

import {
  type ClusterClient,
  EventRecorder,
  type ObjectEvent,
  type RunOwner,
  type Transport,
} from "../../../lib/kube/mod.ts";
import type { KubeObject, ObjectMeta, ResourceKind } from "../../../lib/model/mod.ts";
import { EmbeddedCluster, RequestLog, seededRandom, VirtualClock } from "../../../lib/testing/mod.ts";
import { KeepingLogger } from "../../controller/keeping_logger.ts";
import { Foo, storedFoo } from "../fakes.ts";

/** An Event as `events.k8s.io/v1` gives it out, as far as the tests look. */
export interface StoredEvent {
  metadata: ObjectMeta;
  eventTime: string;
  reportingController: string;
  reportingInstance: string;
  type: string;
  reason: string;
  action: string;
  note: string;
  regarding: Record<string, string>;
  series?: { count: number; lastObservedTime: string };
}

/** A recorder, and what it works with. */
export class RecorderFixture implements Disposable {
  readonly clock: VirtualClock = new VirtualClock();
  readonly cluster: EmbeddedCluster;
  readonly requests: RequestLog = new RequestLog();
  readonly log: KeepingLogger = new KeepingLogger();
  readonly recorder: EventRecorder;

  /** @param through What stands between the recorder and the cluster. */
  constructor(through: (client: ClusterClient) => ClusterClient = (client) => client) {
    const { clock, log } = this;
    const random = seededRandom(3);
    this.cluster = new EmbeddedCluster({ clock, random });
    this.cluster.onRequest(this.requests.listener);
    const transport: Transport = { client: through(this.cluster.client("operator")), clock, random };
    this.recorder = new EventRecorder({ transport, log });
  }

  /** Records, and lets all be written that needs no time. */
  async record(event: Partial<ObjectEvent> = {}, times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      this.recorder.record(eventFor(event));
      await this.clock.settle();
    }
  }

  /** The Events of a namespace. */
  async events(namespace = "default"): Promise<StoredEvent[]> {
    const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    const answer = await this.cluster.performRequest({ method: "GET", path, expectJson: true });
    return (answer as unknown as { items: StoredEvent[] }).items;
  }

  /** What the recorder asked for: `create 201`. */
  get asked(): string[] {
    return this.requests.records.filter(({ user }) => user === "operator").map(({ verb, code }) => `${verb} ${code}`);
  }

  /** Closes the recorder while time passes. */
  async close(within = 2_000): Promise<void> {
    let isClosed = false;
    void this.recorder.close(within).then(() => isClosed = true);
    await this.clock.advanceUntil(() => isClosed, { within: within + 1 });
  }

  [Symbol.dispose](): void {
    this.cluster.close();
  }
}

/** Something that happened to the Foo "default/a". */
export function eventFor(event: Partial<ObjectEvent> = {}): ObjectEvent {
  return {
    reporter: { controller: "example.dev/foo", instance: "foo-pod" },
    regarding: ownerOf(),
    type: "Normal",
    reason: "Modified",
    action: "create the text",
    note: "create ConfigMap default/a",
    ...event,
  };
}

/** An object of the kind. */
export function ownerOf(metadata: Partial<KubeObject["metadata"]> = {}, kind: ResourceKind = Foo): RunOwner {
  return { kind, object: storedFoo(metadata) };
}
