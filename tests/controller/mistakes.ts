/**
 * Mistakes in the options of `serveController`, each with the head of what the compiler says. `mistakes_test.ts` holds that it says
 * that, once, and where the mistake is. Nothing here is run.
 */

import { connect, type CustomObject, defineController, defineSteps, kindOf, serveController } from "../../mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";

type Foo = CustomObject<{ replicas: number }, { observed: number }>;
const Foo = kindOf<Foo>({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
const steps = defineSteps(Foo);

export const served = [
  // @ts-expect-error: Type 'Steps<ConfigMap, void>' is not assignable to type 'Plan<Foo>'.
  serveController({ resource: Foo, steps: defineSteps(ConfigMap) }),
  // @ts-expect-error: Property 'performRequest' is missing in type 'Promise<ConnectedClient>' but required in type 'ClusterClient'.
  serveController({ resource: Foo, steps, client: connect() }),
  // @ts-expect-error: Object literal may only specify known properties, and 'own' does not exist in type
  serveController({ resource: Foo, steps, own: [Secret] }),
  // @ts-expect-error: Property 'steps' is missing in type '{ resource: ResourceKind<Foo>; }' but required in type 'ServeOneOptions<Foo>'.
  serveController({ resource: Foo }),
  // @ts-expect-error: Type 'string' is not assignable to type 'ResourceKind<KubeObject> | OwnedKind'.
  serveController({ resource: Foo, steps, owns: ["Secret"] }),
  // @ts-expect-error: Type '"10 minutes"' is not assignable to type 'false | Duration | undefined'.
  serveController({ resource: Foo, steps, requeueEvery: "10 minutes" }),
  // @ts-expect-error: Property 'map' is missing in type 'ResourceKind<ConfigMap>' but required in type 'WatchedKind'.
  serveController({ resource: Foo, steps, watches: [ConfigMap] }),
  // @ts-expect-error: Object literal may only specify known properties, and 'owns' does not exist in type 'ServeSeveralOptions'.
  serveController({ controllers: [defineController({ resource: Foo, steps })], owns: [Secret] }),
];
