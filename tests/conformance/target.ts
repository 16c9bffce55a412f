/** What a conformance case runs against, and what a case is. */

import type { RestClient } from "@cloudydeno/kubernetes-client";
import { Api, until } from "./api.ts";

/** One promise of the API server. */
export interface Case {
  readonly name: string;
  /** What the target must have: controllers (garbage collection, emptying of namespaces). */
  readonly needs?: "controllers";
  run(target: Target): Promise<void>;
}

/** A custom kind that the cases share. */
export interface CustomKind {
  readonly group: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

/** A cluster, with a namespace for one case. */
export class Target {
  readonly api: Api;
  constructor(
    readonly client: RestClient,
    readonly namespace: string,
    readonly widgets: CustomKind,
  ) {
    this.api = new Api(client);
  }

  /** The path of a core resource in the namespace, or of one object. */
  core(plural: string, name?: string): string {
    return `/api/v1/namespaces/${this.namespace}/${plural}${name === undefined ? "" : `/${name}`}`;
  }

  /** The path of a resource of a group in the namespace, or of one object. */
  grouped(groupVersion: string, plural: string, name?: string): string {
    return `/apis/${groupVersion}/namespaces/${this.namespace}/${plural}${name === undefined ? "" : `/${name}`}`;
  }

  /** The path of the shared custom kind, or of one object. */
  widget(name?: string): string {
    return this.grouped(this.widgets.apiVersion, this.widgets.plural, name);
  }

  /** An object of the shared custom kind. */
  newWidget(
    name: string,
    spec: Record<string, unknown> = {},
    rest: Record<string, unknown> = {},
  ): Record<string, unknown> {
    const { apiVersion, kind } = this.widgets;
    return { apiVersion, kind, metadata: { name }, spec: { image: "abc", ...spec }, ...rest };
  }
}

/** A name that nobody else uses, for what is not in a namespace. */
export function unique(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
}

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const SPEC_SCHEMA = {
  type: "object",
  required: ["image"],
  properties: {
    image: { type: "string", minLength: 2, maxLength: 10, pattern: "^[a-z]+$" },
    replicas: { type: "integer", default: 1, minimum: 0, maximum: 5 },
    mode: { type: "string", enum: ["a", "b"] },
    port: { "x-kubernetes-int-or-string": true },
    any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    list: {
      ...{ type: "array", maxItems: 3, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] },
      items: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string" }, value: { type: "integer", default: 3 }, note: { type: "string" } },
      },
    },
    set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
    plain: { type: "array", items: { type: "string" } },
    map: { type: "object", additionalProperties: { type: "integer" } },
    atomic: { type: "object", "x-kubernetes-map-type": "atomic", additionalProperties: { type: "string" } },
    nullable: { type: "string", nullable: true },
    defaulted: { type: "string", default: "dd" },
    number: { type: "number", multipleOf: 2 },
    when: { type: "string", format: "date-time" },
    one: {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      oneOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    some: {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    },
  },
};

const STATUS_SCHEMA = {
  type: "object",
  properties: { observed: { type: "integer" }, phase: { type: "string" }, replicas: { type: "integer" } },
};

/** What a definition of the cases may have of its own. */
export interface DefinitionOptions {
  scope?: "Namespaced" | "Cluster";
  version?: Record<string, unknown>;
  spec?: Record<string, unknown>;
}

/** A definition, and the kind that it defines. */
export function definition(group: string, plural: string, kind: string, options: DefinitionOptions = {}) {
  const { scope = "Namespaced", version = {}, spec = {} } = options;
  const schema = {
    type: "object",
    required: ["spec"],
    properties: { spec: SPEC_SCHEMA, status: STATUS_SCHEMA },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { plural, kind },
      versions: [{
        ...{ name: "v1", served: true, storage: true, subresources: { status: {} } },
        schema: { openAPIV3Schema: schema },
        ...version,
      }],
      ...spec,
    },
  };
}

/** Creates a definition, and waits until its kind is served. */
export async function define(client: RestClient, given: ReturnType<typeof definition>): Promise<CustomKind> {
  const api = new Api(client);
  await api.create(DEFINITIONS, given);
  const { group, names: { plural, kind }, versions } = given.spec;
  const apiVersion = `${group}/${(versions[0] as { name: string }).name}`;
  // At first a real server does not know the kind, then it answers that its storage is not ready yet.
  const isServed = () =>
    api.text("GET", `/apis/${apiVersion}/${plural}`).then((text) => text.startsWith("{"), () => false);
  await until(isServed, `${plural} are served`);
  return { group, apiVersion, kind, plural };
}

/** Deletes a definition. */
export async function undefine(client: RestClient, { plural, group }: CustomKind): Promise<void> {
  await new Api(client).delete(`${DEFINITIONS}/${plural}.${group}`);
}

/** Runs one case in a namespace of its own. */
export async function runCase(client: RestClient, widgets: CustomKind, { run }: Case): Promise<void> {
  const api = new Api(client);
  const namespace = unique("case");
  await api.create("/api/v1/namespaces", { metadata: { name: namespace } });
  try {
    await run(new Target(client, namespace, widgets));
  } finally {
    await api.delete(`/api/v1/namespaces/${namespace}`);
  }
}
