/**
 * A node that runs Pods as processes of this machine, each in the root of its image, with the network, the user, the projected
 * service account and the probes that its Pod asks for, and ends them as a kubelet does. Takes root.
 */

import { ApiFailure, type ApiTarget, callApi, createIfMissing } from "../api.ts";
import { pause } from "../eventually.ts";
import { type ContainerOptions, type RunningContainer, startContainer } from "./container.ts";
import { type Neighbour, PodNetwork } from "./pod_network.ts";
import type { Container, Pod, Probe } from "./pod_types.ts";
import { fieldOf, ProjectedVolume } from "./projected_volume.ts";

/** An image that the node has: its files, and what its configuration says. */
export interface NodeImage {
  /** The folder that holds its files. */
  readonly root: string;
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What a node has. */
export interface NodeOptions {
  /** Its images, by the names that Pods use. */
  readonly images: Readonly<Record<string, NodeImage>>;
  /**
   * What its Pods reach besides the API server.
   * @default {nothing}
   */
  readonly neighbours?: readonly Neighbour[];
}

/** What the node has done with a Pod. */
export interface PodRecord {
  readonly pod: Pod;
  readonly network: PodNetwork;
  /** Its container that runs now, or ran last. */
  container: RunningContainer;
  /** How often it has been started again since it ended by itself. */
  restarts: number;
  /** What all its containers have written. */
  logs(): string;
  /** Rotates its service account token, as a kubelet does long before it expires. */
  rotate(): Promise<void>;
  /** The token that it has now. */
  token(): Promise<string>;
  /** Its exit code, once the node has ended it. */
  code?: number;
  /** From the signal to the end, in milliseconds. */
  endedAfter?: number;
}

/** How often the node looks at its Pods, in milliseconds. */
const LOOK = 100;
/** How often the node says that it lives, in milliseconds: well within the 40 s after which it would be taken for dead. */
const HEARTBEAT = 10_000;
/** The version of kubelet that it claims to be. */
const KUBELET = "v1.36.3";

/** A node whose Pods are processes. */
export class RealNode implements AsyncDisposable {
  readonly name: string;
  /** The Pods that it has run, in the order of their start. */
  readonly pods: PodRecord[] = [];
  readonly #admin: ApiTarget;
  readonly #images: Readonly<Record<string, NodeImage>>;
  readonly #neighbours: readonly Neighbour[];
  readonly #folder: string;
  readonly #known = new Set<string>();
  readonly #end = new AbortController();
  readonly #work: Promise<unknown>[] = [];

  private constructor(admin: ApiTarget, name: string, has: NodeOptions, folder: string) {
    this.#admin = admin;
    this.name = name;
    this.#images = has.images;
    this.#neighbours = has.neighbours ?? [];
    this.#folder = folder;
    this.#work.push(this.#look(), this.#beat());
  }

  /**
   * Joins the cluster. Pods reach it by the node selector `kubernetes.io/hostname`.
   */
  static async join(admin: ApiTarget, options: NodeOptions): Promise<RealNode> {
    const name = `real-node-${crypto.randomUUID().slice(0, 8)}`;
    const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" };
    // No other Pod comes by chance: none tolerates it.
    const taints = [{ key: "staircase.dev/real", effect: "NoSchedule" }];
    await callApi(admin, "POST", "/api/v1/nodes", { metadata: { name, labels }, spec: { taints } });
    const room = { cpu: "8", memory: "16Gi", pods: "50" };
    await callApi(admin, "PATCH", `/api/v1/nodes/${name}/status`, {
      status: {
        ...{ capacity: room, allocatable: room },
        conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "", lastHeartbeatTime: now() }],
        nodeInfo: { kubeletVersion: KUBELET },
      },
    });
    await createIfMissing(admin, "/api/v1/namespaces", { metadata: { name: "kube-node-lease" } });
    await callApi(admin, "POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", {
      metadata: { name },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: now() },
    });
    const folder = await Deno.makeTempDir({ prefix: "staircase-node-" });
    return new RealNode(admin, name, options, folder);
  }

  async #beat(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await callApi(
        this.#admin,
        "PATCH",
        `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${this.name}`,
        {
          spec: { renewTime: now() },
        },
      ).catch(() => {});
      for (let waited = 0; waited < HEARTBEAT && !this.#end.signal.aborted; waited += LOOK) await pause(LOOK);
    }
  }

  async #look(): Promise<void> {
    const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${this.name}`;
    while (!this.#end.signal.aborted) {
      const { items } = await callApi<{ items: Pod[] }>(this.#admin, "GET", path).catch(() => ({ items: [] }));
      for (const pod of items) {
        const { uid, deletionTimestamp } = pod.metadata;
        const record = this.pods.find((one) => one.pod.metadata.uid === uid);
        // One that is being started is ended when it has started.
        const isIdle = !this.#known.has(uid) || this.#known.has(`${uid} waits`);
        if (deletionTimestamp !== undefined && !this.#known.has(`${uid} ends`) && (record || isIdle)) {
          this.#known.add(`${uid} ends`).add(uid);
          this.#work.push(this.#stop(pod, record));
        } else if (!this.#known.has(uid)) {
          this.#known.add(uid);
          this.#work.push(this.#start(pod));
        }
      }
      await pause(LOOK);
    }
  }

  async #start(pod: Pod): Promise<void> {
    const { spec: { containers: [container], securityContext = {}, volumes = [] } } = pod;
    const image = this.#images[container!.image];
    if (!image) {
      this.#known.add(`${pod.metadata.uid} waits`);
      return await this.#say(pod, { phase: "Pending", reason: "ErrImagePull", message: `no ${container!.image}` });
    }
    const network = await PodNetwork.create(this.#admin.url, this.#neighbours);
    const folder = `${this.#folder}/${pod.metadata.uid}`;
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/hosts`, network.hosts);
    const projected = new Map<string, ProjectedVolume>();
    for (const { name, projected: source } of volumes) {
      if (!source) continue;
      await Deno.mkdir(`${folder}/${name}`);
      const volume = new ProjectedVolume(this.#admin, pod, source.sources, `${folder}/${name}`);
      await volume.write();
      projected.set(name, volume);
    }
    const mounts = container!.volumeMounts ?? [];
    const { runAsUser = 0, runAsGroup = 0, readOnlyRootFilesystem = false } = {
      ...securityContext,
      ...container!.securityContext,
    };
    const options: ContainerOptions = {
      root: image.root,
      readOnly: readOnlyRootFilesystem,
      user: runAsUser,
      group: runAsGroup,
      network: network.name,
      mounts: [
        { from: `${folder}/hosts`, to: "/etc/hosts" },
        ...mounts.flatMap(({ name, mountPath }) => {
          const volume = projected.get(name);
          return volume ? [{ from: volume.path, to: mountPath }] : [];
        }),
      ],
      scratch: mounts.filter(({ name }) => volumes.some((one) => one.name === name && one.emptyDir !== undefined))
        .map(({ mountPath }) => mountPath),
      env: { ...image.env, ...envOf(pod, container!) },
      command: [...(container!.command ?? image.entrypoint), ...(container!.args ?? [])],
    };
    const before: string[] = [];
    const record: PodRecord = {
      ...{ pod, network, restarts: 0 },
      container: await startContainer(options),
      logs: () => [...before, record.container.log()].join(""),
      token: () => tokenIn([...projected.values()]),
      rotate: async () => void await Promise.all([...projected.values()].map((volume) => volume.write())),
    };
    this.pods.push(record);
    await this.#attend(record, container!, async () => {
      before.push(record.container.log());
      record.container = await startContainer(options);
      record.restarts++;
    });
  }

  /** Says how the Pod is, and starts its container again when it ends, until the Pod is to end. */
  async #attend(record: PodRecord, container: Container, startAgain: () => Promise<void>): Promise<void> {
    const { pod, network } = record;
    const isWanted = () => !this.#end.signal.aborted && !this.#known.has(`${pod.metadata.uid} ends`);
    let said = "";
    while (isWanted()) {
      if (record.container.code() !== undefined) await startAgain();
      const { readinessProbe, ports, name, image } = container;
      const isReady = !readinessProbe || await isWell(network.address, readinessProbe, ports);
      if (isWanted() && said !== `${isReady} ${record.restarts}`) {
        said = `${isReady} ${record.restarts}`;
        const status = isReady ? "True" : "False";
        const types = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];
        const state = { ready: isReady, restartCount: record.restarts, started: true, state: { running: {} } };
        await this.#say(pod, {
          phase: "Running",
          podIP: network.address,
          podIPs: [{ ip: network.address }],
          conditions: types.map((type, at) => ({ type, status: at < 2 ? "True" : status, lastTransitionTime: now() })),
          containerStatuses: [{ name, image, imageID: image, ...state }],
        });
      }
      await pause(LOOK);
    }
  }

  /** Ends a Pod as a kubelet does: SIGTERM, SIGKILL after the grace period, then the object goes. */
  async #stop(pod: Pod, record: PodRecord | undefined): Promise<void> {
    const { namespace, name, uid, deletionGracePeriodSeconds = 30 } = pod.metadata;
    if (record) {
      const began = Date.now();
      const timer = setTimeout(() => void record.container.kill("SIGKILL"), deletionGracePeriodSeconds * 1000);
      // One that has just been started again is ended, too.
      let container: RunningContainer | undefined;
      while (container !== record.container) {
        container = record.container;
        await container.kill("SIGTERM");
        record.code = await container.ended;
      }
      clearTimeout(timer);
      record.endedAfter = Date.now() - began;
      await record.network[Symbol.asyncDispose]();
    }
    await callApi(this.#admin, "DELETE", `/api/v1/namespaces/${namespace}/pods/${name}`, {
      gracePeriodSeconds: 0,
      preconditions: { uid },
    }).catch(ifNotGone);
  }

  async #say({ metadata: { namespace, name } }: Pod, status: unknown): Promise<void> {
    await callApi(this.#admin, "PATCH", `/api/v1/namespaces/${namespace}/pods/${name}/status`, { status }).catch(
      ifNotGone,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#work);
    for (const { container, network, code } of this.pods) {
      if (code !== undefined) continue;
      await container.kill("SIGKILL");
      await container.ended;
      await network[Symbol.asyncDispose]();
    }
    await callApi(this.#admin, "DELETE", `/api/v1/nodes/${this.name}`).catch(ifNotGone);
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** The token of a service account, in the volumes of a Pod. */
async function tokenIn(volumes: readonly ProjectedVolume[]): Promise<string> {
  const texts = await Promise.all(volumes.map(({ path }) => Deno.readTextFile(`${path}/token`).catch(() => "")));
  return texts.join("");
}

function envOf(pod: Pod, { env = [] }: Container): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value = "", valueFrom }) => {
    return [name, valueFrom?.fieldRef ? fieldOf(pod, valueFrom.fieldRef.fieldPath) : value];
  }));
}

/** Asks a probe. */
async function isWell(
  address: string,
  { httpGet: { path, port } }: Probe,
  ports: Container["ports"],
): Promise<boolean> {
  const number = typeof port === "number" ? port : ports?.find(({ name }) => name === port)?.containerPort;
  try {
    const answer = await fetch(`http://${address}:${number}${path}`, { signal: AbortSignal.timeout(1_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

function ifNotGone(error: unknown): void {
  if (!(error instanceof ApiFailure && (error.status === 404 || error.status === 409))) throw error;
}

function now(): string {
  return new Date().toISOString().replace("Z", "000Z");
}
