/** Trials of odd bodies on any cluster: whether a dependent comes to rest, stays so, and is put right. */

import { assert, assertEquals } from "@std/assert";
import {
  ApiError,
  type ClusterClient,
  component,
  defineSteps,
  type KubeObject,
  type ResourceKind,
  runSteps,
  type Steps,
} from "../../mod.ts";
import { collectionPath, objectPath } from "../../lib/kube/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { Site } from "./parts.ts";
import { oddBodies } from "./odd_bodies.ts";

// deno-lint-ignore no-explicit-any -- objects of any kind
type Loose = any;

/** One dependent, and the plan that keeps it. */
interface Trial {
  readonly client: ClusterClient;
  readonly kind: ResourceKind<KubeObject & Loose>;
  readonly owner: Site;
  /** What is built, as far as it can be compared. */
  readonly wanted: Loose;
  readonly path: string;
  /** The plan, as another process would make it. */
  readonly plan: () => Steps<Site, unknown>;
}

/**
 * Runs until nothing is left to do.
 *
 * @param plan The plan for each Run: always the same one, as in one process, or a new one each time, as in several
 * processes.
 * @returns How many changes it took; `undefined` when the API server refuses the body.
 */
async function rest({ client, kind, owner }: Trial, plan: () => Steps<Site, unknown>): Promise<number | undefined> {
  for (let changes = 0;; changes++) {
    const result = await runSteps({ steps: plan(), object: owner, client, owns: [kind], fieldManager: "odd" });
    if (result.outcome === "NoOp") return changes;
    if (result.outcome === "Failed") {
      const { cause } = result.error;
      if (changes === 0 && cause instanceof ApiError) return undefined;
      throw result.error;
    }
    assert(changes < 6, `${kind.kind} ${owner.metadata.name} does not come to rest`);
  }
}

/** Where a value was built that is stored as a scalar, or not at all. */
function leaves(wanted: Loose, stored: Loose, path: string): string[] {
  if (wanted === undefined || wanted === null && stored === undefined) return [];
  if (typeof wanted !== "object" || wanted === null) return typeof stored === "object" ? [] : [path];
  if (typeof stored !== "object" || stored === null) return [];
  if (Array.isArray(wanted) && wanted.length !== stored.length) return [];
  return Object.keys(wanted).flatMap((key) =>
    leaves(wanted[key], stored[key], `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`)
  );
}

/** Changes that cannot be undone: the API server refuses to, or also keeps the value in an older field. */
const STAYS = /^\/immutable$|\/(serviceAccountName|volumeName)$/;

/** Keys of list items: another key is another item, which belongs to others and stays. */
const KEY = /\/\d+\/(name|mountPath|containerPort|port|protocol|type)$|\/set\/\d+$/;

/** Another value than the stored one, of the type that was built. */
const other = (value: Loose): Loose =>
  typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : value === "" ? "x" : `${value}1`;

function valueAt(object: Loose, path: string): Loose {
  return path.split("/").slice(1).reduce((at, key) => at?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], object);
}

/** A namespace for the trials, and their results. */
export class Trials {
  readonly namespace = `odd-${crypto.randomUUID().slice(0, 8)}`;
  accepted = 0;
  refused = 0;
  spoilt = 0;
  /** Asks the API server for something, as an administrator. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Loose>;
  readonly #client: ClusterClient;

  constructor(client: ClusterClient, call: Trials["call"]) {
    this.#client = client;
    this.call = call;
  }

  /** All bodies of a number of seeds. */
  async run(seeds: number): Promise<void> {
    const { namespace } = this;
    await this.call("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    for (const { kind, bodyFor } of oddBodies) {
      for (let seed = 1; seed <= seeds; seed++) {
        for (const mode of ["remembering", "forgetting"] as const) {
          const trial = await this.begin(
            kind,
            bodyFor(seed),
            `${namespace}-${kind.plural}-${seed}-${mode.slice(0, 1)}`,
          );
          await this[mode](trial, seed);
          await this.call("DELETE", trial.path).catch(() => {});
        }
      }
    }
    await this.call("DELETE", `/api/v1/namespaces/${namespace}`);
    const { accepted, refused, spoilt } = this;
    // Otherwise the bodies would be invalid, and the test would show nothing.
    assert(accepted > 3 * refused && spoilt > accepted, JSON.stringify({ accepted, refused, spoilt }));
  }

  async begin(kind: Trial["kind"], body: Loose, name: string): Promise<Trial> {
    const owner: Site = await this.call("POST", collectionPath(Site, this.namespace), {
      ...{ apiVersion: `${Site.group}/v1`, kind: "Site", metadata: { name }, spec: {} },
    });
    const part = () => component(Site, kind, { labels: () => ({ empty: "" }), build: () => structuredClone(body) });
    const plan = () => defineSteps(Site).ensure(part(), { drift: "apply" });
    const place = { name: part().nameFor(owner), ...(kind.scope === "Namespaced" && { namespace: this.namespace }) };
    const wanted = { metadata: { labels: part().labelsFor(owner) }, ...body };
    return { client: this.#client, kind, owner, wanted, path: objectPath(kind, place), plan };
  }

  /** In one process; then in another. */
  async remembering(trial: Trial, seed: number): Promise<void> {
    const what = `${trial.kind.kind} by seed ${seed}: ${JSON.stringify(trial.wanted)}`;
    const plan = trial.plan();
    const created = await rest(trial, () => plan);
    if (created === undefined) return void this.refused++;
    this.accepted++;
    assert(created <= 2, `${created} writes for a ${what}`);
    assertEquals(await rest(trial, trial.plan), 0, `after a restart, writes for a ${what}`);
    await this.#spoil(trial, () => plan, seededRandom(seed), what);
  }

  /** A stranger changes what was built, here and there. */
  async #spoil(
    trial: Trial,
    plan: Trial["plan"],
    { next: random }: { next: () => number },
    what: string,
  ): Promise<void> {
    const { path, wanted } = trial;
    const read = () => this.call("GET", path);
    const places = leaves(wanted, await read(), "").filter((place) => !STAYS.test(place) && !KEY.test(place));
    for (let spoils = 0, tries = 0; spoils < 3 && tries < 10 && places.length > 0; tries++) {
      const [place] = places.splice(Math.floor(random() * places.length), 1) as [string];
      const before = valueAt(await read(), place);
      if (
        !(await this.#patched(path, place, other(before ?? valueAt(wanted, place)))) ||
        valueAt(await read(), place) === before
      ) continue;
      spoils++;
      this.spoilt++;
      const isNew = random() < 0.5;
      const changes = await rest(trial, isNew ? trial.plan : plan);
      assert(changes !== undefined && changes <= (isNew ? 3 : 2), `${changes} writes put right ${place} of a ${what}`);
      assertEquals(valueAt(await read(), place), before, `${place} of a ${what}`);
      assertEquals(await rest(trial, trial.plan), 0, `writes after ${place} was put right of a ${what}`);
    }
  }

  /** Whether the API server took the change. */
  async #patched(path: string, place: string, value: Loose): Promise<boolean> {
    const bodyJson = [{ op: "add", path: place, value }] as Loose;
    const contentType = "application/json-patch+json";
    try {
      await this.#client.performRequest({ method: "PATCH", path, bodyJson, contentType, expectJson: true });
      return true;
    } catch {
      return false;
    }
  }

  /** Each Run in another process, from the beginning: nothing is remembered but what is on the object. */
  async forgetting(trial: Trial, seed: number): Promise<void> {
    const what = `${trial.kind.kind} by seed ${seed}: ${JSON.stringify(trial.wanted)}`;
    const writes = await rest(trial, trial.plan);
    assert(writes === undefined || writes <= 3, `${writes} writes by processes that remember nothing for a ${what}`);
  }
}
