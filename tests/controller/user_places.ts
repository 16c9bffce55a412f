/** The one list of places that call what a user gave. Who adds a place to the module adds it here. */

import {
  type ClusterClient,
  component,
  type ControllerOptions,
  create,
  defineSteps,
  generationChanged,
  perform,
  type ServeOptions,
  type Steps,
  watchKind,
} from "../../mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { doNothing } from "./plans.ts";
import { Foo, type Harness } from "./harness.ts";

/** Throws when it is its turn: for the object "bad". */
export type Act = (name: string | undefined) => void;

/** A place that calls what a user gave. */
export interface UserPlace {
  /** What is called there. */
  readonly name: string;
  /** What the controller is served with, so that `act` is called there. */
  readonly options: (act: Act, harness: Harness) => Partial<ControllerOptions<Foo> & ServeOptions>;
  /**
   * What becomes of the object: its Runs fail, or they go on as all others do, and the rest is told by the log.
   * @default {"fails"}
   */
  readonly then?: "fails" | "goes on";
  /** Whether it also touches all others: then only the process has to go on. */
  readonly isShared?: boolean;
}

const nameOf = (object: { metadata: { name: string } } | undefined) => object?.metadata.name;

function planOf(steps: Steps<Foo>): Partial<ControllerOptions<Foo>> {
  return { steps, owns: [ConfigMap], writes: [Secret] };
}

/** A component one of whose functions acts. */
function componentThat(act: Act, where: "name" | "namespace" | "labels" | "build" | "readyWhen" | "removeWhen") {
  const at = (place: typeof where, owner: Foo) => place === where ? act(nameOf(owner)) : undefined;
  const text = component(Foo, ConfigMap, {
    name: (owner) => (at("name", owner), owner.metadata.name),
    namespace: (owner) => (at("namespace", owner), "default"),
    labels: (owner) => (at("labels", owner), {}),
    build: (owner) => (at("build", owner), { data: { text: "x" } }),
  });
  return planOf(
    defineSteps(Foo).ensure(text, {
      drift: "apply",
      readyWhen: (_, owner) => (at("readyWhen", owner), true),
      removeWhen: (owner) => (at("removeWhen", owner), false),
    }) as Steps<Foo>,
  );
}

/** A client that acts before it answers for an object of the name, or for one that is owned by it. */
function clientThat(act: Act, harness: Harness, how: "throws" | "rejects"): Partial<ServeOptions> {
  const inner = harness.cluster.client("operator");
  const performRequest = (request: Parameters<ClusterClient["performRequest"]>[0]) => {
    const name = request.path.endsWith("/configmaps/bad") ? "bad" : undefined;
    if (how === "throws") act(name);
    return (async () => {
      if (how === "rejects") await act(name);
      return await inner.performRequest(request as never);
    })();
  };
  return { client: { performRequest } as unknown as ClusterClient };
}

/** A step that returns something that is nearly a promise. */
function returning(make: (name: string) => unknown): Partial<ControllerOptions<Foo>> {
  return planOf(defineSteps(Foo).observe("x", ({ object }): unknown => make(object.metadata.name)) as Steps<Foo>);
}

const lookLive = defineSteps(Foo).observe(
  "look",
  async ({ kube, object }) => void await kube.get(ConfigMap, object.metadata.name, { live: true }),
);

const once = (act: Act): Act => {
  let hasActed = false;
  return () => {
    if (hasActed) return;
    hasActed = true;
    act("bad");
  };
};

/** The list. */
export const USER_PLACES: readonly UserPlace[] = [
  {
    name: "an observe step",
    options: (act) => planOf(defineSteps(Foo).observe("x", ({ object }) => act(nameOf(object)))),
  },
  {
    name: "an async observe step",
    options: (act) => planOf(defineSteps(Foo).observe("x", async ({ object }) => await act(nameOf(object)))),
  },
  {
    name: "an async step, later",
    options: (act) =>
      planOf(
        defineSteps(Foo).observe("x", async ({ object, kube }) => {
          await kube.get(ConfigMap, "none");
          act(nameOf(object));
        }),
      ),
  },
  {
    name: "a change step",
    options: (act) => planOf(defineSteps(Foo).change("x", ({ object }) => (act(nameOf(object)), undefined))),
  },
  {
    name: "a branch of a join",
    options: (act) =>
      planOf(defineSteps(Foo).join("x", { good: () => 1, bad: ({ object }) => act(nameOf(object)) }) as Steps<Foo>),
  },
  {
    name: "two branches of a join",
    options: (act) =>
      planOf(
        defineSteps(Foo).join("x", {
          one: ({ object }) => act(nameOf(object)),
          other: async ({ object }) => await act(nameOf(object)),
        }) as Steps<Foo>,
      ),
  },
  {
    name: "a thenable's then",
    options: (act) =>
      returning((name) => ({
        then(resolve: (value: number) => void) {
          act(name);
          resolve(1);
        },
      })),
  },
  {
    name: "a thenable's rejection",
    options: (act) =>
      returning((name) => ({
        then(resolve: (value: number) => void, reject: (error: unknown) => void) {
          try {
            act(name);
          } catch (error) {
            return reject(error);
          }
          resolve(1);
        },
      })),
  },
  {
    name: "a getter called then",
    options: (act) =>
      returning((name) => ({
        get then() {
          return act(name);
        },
      })),
  },
  {
    name: "initial",
    options: (act) => planOf(defineSteps(Foo, { initial: (object) => act(nameOf(object)) }) as unknown as Steps<Foo>),
  },
  {
    name: "an initial that rejects, and is awaited",
    options: (act) =>
      planOf(
        defineSteps(Foo, { initial: async (object) => await act(nameOf(object)) })
          .observe("x", async (_, data) => void await data) as unknown as Steps<Foo>,
      ),
  },
  {
    name: "an initial that rejects, and is not awaited",
    options: (act) =>
      planOf(
        defineSteps(Foo, { initial: async (object) => await act(nameOf(object)) }) as unknown as Steps<Foo>,
      ),
    then: "goes on",
  },
  {
    name: "the function that chooses the steps",
    options: (act) => ({ steps: (object) => (act(nameOf(object)), doNothing) }),
  },
  {
    name: "the function that chooses the steps, async",
    options: (act) => ({
      steps: (async (object: Foo) => {
        await act(nameOf(object));
        return doNothing;
      }) as unknown as Steps<Foo>,
    }),
    isShared: true,
  },
  {
    name: "a perform action",
    options: (act) =>
      planOf(
        defineSteps(Foo).change(
          "x",
          ({ object }) => nameOf(object) === "bad" ? perform("x", () => act(nameOf(object))) : undefined,
        ),
      ),
  },
  {
    name: "an async perform action",
    options: (act) =>
      planOf(
        defineSteps(Foo).change(
          "x",
          ({ object }) => nameOf(object) === "bad" ? perform("x", async () => await act(nameOf(object))) : undefined,
        ),
      ),
  },
  {
    name: "what a draft does when it is written down",
    options: (act) =>
      planOf(
        defineSteps(Foo).change("x", ({ object: { metadata: { name } } }) =>
          name === "bad"
            ? create(ConfigMap, {
              metadata: { name },
              data: { toJSON: () => act(name) } as never,
            })
            : undefined),
      ),
  },
  {
    name: "what a status does when it is written down",
    options: (act) =>
      planOf(
        defineSteps(Foo).change("x", ({ object: { metadata: { name } }, setStatus }) =>
          name === "bad"
            ? setStatus({ toJSON: () => act(name) } as never)
            : undefined),
      ),
  },
  {
    name: "withStatus",
    options: (act) =>
      planOf(
        defineSteps(Foo)
          .observe("find", ({ kube, object }) => kube.get(ConfigMap, nameOf(object)!))
          .change("x", ({ object: { metadata: { name } } }, found) =>
            found ?? create(ConfigMap, { metadata: { name } }).withStatus(() => (act(name), { phase: "x" }))) as Steps<
            Foo
          >,
      ),
    then: "goes on",
  },
  {
    name: "an async withStatus",
    options: (act) =>
      planOf(
        defineSteps(Foo)
          .observe("find", ({ kube, object }) => kube.get(ConfigMap, nameOf(object)!))
          .change("x", ({ object: { metadata: { name } } }, found) =>
            found ??
              create(ConfigMap, { metadata: { name } })
                .withStatus((async () => await act(name)) as never)) as Steps<Foo>,
      ),
    then: "goes on",
  },
  {
    name: "the action of alsoTry",
    options: (act) =>
      planOf(
        defineSteps(Foo)
          .observe("find", ({ kube, object }) => kube.get(ConfigMap, nameOf(object)!))
          .change("x", ({ object: { metadata: { name } } }, found) =>
            found ?? create(ConfigMap, { metadata: { name } }).alsoTry(perform("y", () =>
              act(name)))) as Steps<Foo>,
      ),
    then: "goes on",
  },
  ...(["name", "namespace", "labels", "build", "readyWhen", "removeWhen"] as const).map((where) => ({
    name: `${where} of a component`,
    options: (act: Act) => componentThat(act, where),
  })),
  {
    name: "the predicate",
    options: (act) => ({ predicate: (change) => (act(nameOf(change.after)), generationChanged(change)) }),
    then: "goes on",
  },
  {
    name: "an async predicate",
    options: (act) => ({
      predicate: (async (change: { after?: Foo }) => {
        await act(nameOf(change.after));
        return true;
      }) as never,
    }),
    then: "goes on",
  },
  {
    name: "the mapping of a kind that is watched",
    options: (act) => ({
      watches: [
        watchKind(Foo, { map: ({ metadata }) => (act(metadata.name), [{ name: "good", namespace: "default" }]) }),
      ],
    }),
    then: "goes on",
  },
  {
    name: "an async mapping",
    options: (act) => ({
      watches: [
        watchKind(Foo, {
          map: (async ({ metadata }: Foo) => {
            await act(metadata.name);
            return [];
          }) as never,
        }),
      ],
    }),
    then: "goes on",
  },
  {
    name: "the predicate of a kind that is watched",
    options: (act) => ({
      watches: [watchKind(Foo, { map: () => [], predicate: ({ after }) => (act(nameOf(after)), true) })],
    }),
    then: "goes on",
  },
  {
    name: "a step, and Events tell of it",
    options: (act) => ({
      ...planOf(defineSteps(Foo).observe("x", ({ object }) => act(nameOf(object)))),
      events: true,
    }),
  },
  {
    name: "the function that chooses the cleanup",
    options: (act) => ({
      steps: doNothing,
      cleanup: (object) => (act(nameOf(object)), doNothing),
      onRun: ({ key }) => key === "default/bad" && act("bad"),
    }),
    then: "goes on",
  },
  {
    name: "onRun",
    options: (act) => ({ onRun: ({ key }) => act(key.slice("default/".length)) }),
    then: "goes on",
  },
  {
    name: "an async onRun",
    options: (act) => ({ onRun: async ({ key }) => await act(key.slice("default/".length)) }),
    then: "goes on",
  },
  {
    name: "the logger",
    options: (act) => {
      const say = () => act("bad");
      return {
        logger: { debug: say, info: say, warn: say, error: say, enabled: () => (act("bad"), true), flush: say },
      };
    },
    then: "goes on",
  },
  {
    name: "an async logger",
    options: (act) => {
      const say = async () => await act("bad");
      return { logger: { debug: say, info: say, warn: say, error: say, enabled: say, flush: say } as never };
    },
    then: "goes on",
  },
  {
    name: "the clock's times",
    options: (act, { clock }) => ({
      clock: {
        now: () => (act("bad"), clock.now()),
        monotonic: () => (Math.floor(clock.now() / 1_000) % 2 === 0 && act("bad"), clock.monotonic()),
        timer: (delay, fire) => clock.timer(delay, fire),
      },
    }),
    then: "goes on",
  },
  {
    name: "a clock's timers",
    options: (act, { clock }) => ({
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        timer: (delay, fire) => {
          const timer = clock.timer(delay, fire);
          return {
            cancel: () => {
              timer.cancel();
              act("bad");
            },
          };
        },
      },
    }),
    then: "goes on",
  },
  {
    name: "an async clock",
    options: (act, { clock }) => {
      let turn = 0;
      const rejecting = async () => await act("bad");
      const sometimes = (time: number) => turn++ % 3 === 1 ? rejecting() as never : time;
      return {
        clock: {
          now: () => sometimes(clock.now()),
          monotonic: () => sometimes(clock.monotonic()),
          timer: (delay, fire) => clock.timer(delay, fire),
        },
      };
    },
    then: "goes on",
  },
  {
    name: "an async random",
    options: (act) => ({ random: { next: (async () => await act("bad")) as never } }),
    then: "goes on",
  },
  {
    name: "random",
    options: (act) => ({ random: { next: () => (act("bad"), 0.5) } }),
    then: "goes on",
  },
  {
    name: "a client that throws",
    options: (act, harness) => ({ ...planOf(lookLive), ...clientThat(act, harness, "throws") }),
  },
  {
    name: "a client that rejects",
    options: (act, harness) => ({ ...planOf(lookLive), ...clientThat(act, harness, "rejects") }),
  },
  {
    name: "a client's watch",
    options: (act, harness) => {
      const inner = harness.cluster.client("operator");
      const fail = once(act);
      const performRequest = (request: Parameters<ClusterClient["performRequest"]>[0]) => {
        if (request.querystring?.has("watch")) fail("bad");
        return inner.performRequest(request as never);
      };
      return { client: { performRequest } as unknown as ClusterClient };
    },
    then: "goes on",
  },
  {
    name: "a client's list",
    options: (act, harness) => {
      const inner = harness.cluster.client("operator");
      const fail = once(act);
      const performRequest = async (request: Parameters<ClusterClient["performRequest"]>[0]) => {
        if (!request.querystring?.has("watch")) await fail("bad");
        return await inner.performRequest(request as never);
      };
      return { client: { performRequest } as unknown as ClusterClient };
    },
    then: "goes on",
  },
];
