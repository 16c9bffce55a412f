/** The kinds that the tests of controllers look after. */

import { type CustomObject, type DefinedResource, defineResource } from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";

/** What is wanted. */
export interface FooSpec {
  size?: number;
  text?: string;
}

/** What is there. */
export interface FooStatus {
  phase?: string;
  observed?: number;
}

const spec = jsonSchema<FooSpec>({
  type: "object",
  properties: { size: { type: "integer" }, text: { type: "string" } },
});
const status = jsonSchema<FooStatus>({
  type: "object",
  properties: { phase: { type: "string" }, observed: { type: "integer" } },
});
const common = { group: "example.dev", version: "v1", spec, status } as const;

/** An object in a namespace. */
export type Foo = CustomObject<FooSpec, FooStatus>;
/** The kind that most tests look after. */
export const Foo: DefinedResource<FooSpec, FooStatus> = defineResource({ ...common, kind: "Foo", scope: "Namespaced" });

/** An object in a namespace, of another kind. */
export type Bar = CustomObject<FooSpec, FooStatus>;
/** Another kind. */
export const Bar: DefinedResource<FooSpec, FooStatus> = defineResource({ ...common, kind: "Bar", scope: "Namespaced" });

/** An object in no namespace. */
export type Zone = CustomObject<FooSpec, FooStatus>;
/** A cluster-scoped kind. */
export const Zone: DefinedResource<FooSpec, FooStatus> = defineResource({ ...common, kind: "Zone", scope: "Cluster" });
