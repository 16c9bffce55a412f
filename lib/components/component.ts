/** A component: describes one dependent of an owner, once. */

import { ownerReference, resolveNamespace } from "../kube/mod.ts";
import {
  apiVersionOf,
  describeObject,
  type Draft,
  type KubeObject,
  type ReadApi,
  type ResourceKind,
} from "../model/mod.ts";
import {
  type DependentTie,
  type Ensurable,
  type PlannedDependent,
  type RemoveWhen,
  type StepDefinition,
  StepDefinitionError,
} from "../steps/mod.ts";
import { ensureSteps } from "./ensure.ts";
import { ManyFoundError, NoneFoundError } from "./errors.ts";
import { OWNER_ANNOTATION, ownerId, recommendedLabels, selectorOf } from "./labels.ts";
import { fitName } from "./names.ts";
import type { ComponentFacts, ComponentOptions, EnsureOptions } from "./options.ts";
import { claimOf, isDependent } from "./ownership.ts";

/**
 * One dependent of an owner. Made by {@link component}.
 *
 * @typeParam R The owner's type.
 * @typeParam T The dependent's type.
 */
export class Component<R extends KubeObject, T extends KubeObject>
  implements Ensurable<R, EnsureOptions<R, T>, T>, PlannedDependent<R> {
  /** Carries the types for inference; does not exist at run time. */
  declare readonly ensures?: (object: R, options: EnsureOptions<R, T>) => T;
  /** The kind of the owner. */
  readonly ownerKind: ResourceKind<R>;
  /** The kind of the dependent. */
  readonly kind: ResourceKind<T>;
  /** The part that the dependent plays for its owner. */
  readonly part: string;
  readonly #options: ComponentOptions<R, T>;

  /** Not for users: call {@link component}. */
  constructor(ownerKind: ResourceKind<R>, kind: ResourceKind<T>, options: ComponentOptions<R, T>) {
    this.ownerKind = ownerKind;
    this.kind = kind;
    this.#options = options;
    const suffix = typeof options.name === "string" ? options.name : undefined;
    this.part = options.part ?? suffix ?? kind.kind.toLowerCase();
    Object.freeze(this);
  }

  /** The dependent's name for an owner, fitted to what the kind accepts. */
  nameFor(owner: R): string {
    const { name } = this.#options;
    const whole = typeof name === "function"
      ? name(owner)
      : name === undefined
      ? owner.metadata.name
      : `${owner.metadata.name}-${name}`;
    return fitName(this.kind, whole);
  }

  /** The dependent's namespace for an owner; `undefined` for cluster-scoped kinds. */
  namespaceFor(owner: R): string | undefined {
    return resolveNamespace(this.kind, this.#options.namespace?.(owner), owner.metadata.namespace);
  }

  /** The labels for an owner: `app.kubernetes.io/name`, `instance`, `component` and `managed-by`, and those of the options. */
  labelsFor(owner: R): Record<string, string> {
    return { ...recommendedLabels(this.ownerKind, owner, this.part), ...this.#options.labels?.(owner) };
  }

  /** The labels that never change. They select the dependent. */
  selectorFor(owner: R): Record<string, string> {
    return selectorOf(this.labelsFor(owner));
  }

  /**
   * Whether the owner becomes its controller owner.
   *
   * @throws {TypeError} If the options demand it and Kubernetes forbids it.
   */
  isOwned(owner: R): boolean {
    const { owned } = this.#options;
    const inside = owner.metadata.namespace;
    const possible = this.ownerKind.scope === "Cluster" || this.namespaceFor(owner) === inside;
    if (owned !== true || possible) return owned ?? possible;
    throw new TypeError(
      `Cannot make ${
        describeObject(this.ownerKind, owner.metadata)
      } the owner of ${this.kind.kind} "${this.part}" as ` +
        `the owner is in namespace "${inside}" and the dependent is not`,
    );
  }

  /** Whether this component may have dependents without an owner reference. */
  get isTied(): boolean {
    const { owned, namespace } = this.#options;
    if (owned !== undefined) return !owned;
    return this.ownerKind.scope === "Namespaced" && (this.kind.scope === "Cluster" || namespace !== undefined);
  }

  /** Whether dependents may be in other namespaces than their owner. */
  get mayLeave(): boolean {
    return this.kind.scope === "Namespaced" && this.#options.namespace !== undefined;
  }

  /** The dependent's place and the labels that select it, if it has no owner reference; otherwise `undefined`. */
  tieTo(owner: R): DependentTie | undefined {
    if (!this.isTied || this.isOwned(owner)) return undefined;
    const [name, namespace] = [this.nameFor(owner), this.namespaceFor(owner)];
    return { ref: namespace === undefined ? { name } : { namespace, name }, labels: this.selectorFor(owner) };
  }

  /**
   * Builds the whole dependent for an owner: name, namespace, labels, and the owner reference or the annotation in its
   * place.
   */
  build(owner: R): Draft<T> {
    const facts = this.#factsFor(owner);
    const { name, namespace, labels } = facts;
    const { metadata: { annotations } = {}, ...body } = this.#options.build(owner, facts);
    const isOwned = this.isOwned(owner);
    return {
      ...body,
      apiVersion: apiVersionOf(this.kind),
      kind: this.kind.kind,
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        labels: { ...labels },
        ...(isOwned
          ? { ...(annotations && { annotations }), ownerReferences: [ownerReference(this.ownerKind, owner)] }
          : { annotations: { ...annotations, [OWNER_ANNOTATION]: ownerId(this.ownerKind, owner) } }),
      },
    } as unknown as Draft<T>;
  }

  /** Reads the object with the dependent's name, whoever owns it; `undefined` if there is none. */
  async get(kube: ReadApi, owner: R): Promise<T | undefined> {
    const namespace = this.namespaceFor(owner);
    return await kube.get(this.kind, this.nameFor(owner), namespace === undefined ? {} : { namespace });
  }

  /** Lists the owner's dependents that have the component's labels, whatever their names. */
  async list(kube: ReadApi, owner: R): Promise<readonly T[]> {
    const claim = claimOf(this, owner);
    const namespace = this.namespaceFor(owner);
    const found = await kube.list(this.kind, { namespace: namespace ?? "*", labels: claim.selector });
    return found.filter((object) => isDependent(claim, object));
  }

  /**
   * Finds the owner's only dependent with the component's labels.
   *
   * @throws {NoneFoundError} If there is none.
   * @throws {ManyFoundError} If there are several.
   */
  async one(kube: ReadApi, owner: R): Promise<T> {
    const [first, ...more] = await this.list(kube, owner);
    const asked = `the one ${this.kind.kind} "${this.part}" of ${describeObject(this.ownerKind, owner.metadata)}`;
    if (!first) throw new NoneFoundError(`Cannot find ${asked} as there is none`);
    if (more.length === 0) return first;
    const names = [first, ...more].map(({ metadata }) => metadata.name).sort().join(", ");
    throw new ManyFoundError(`Cannot find ${asked} as there are several: current value is ${names}`, [first, ...more]);
  }

  /** The steps for `.ensure(component)` in a plan. */
  stepsFor(
    options: EnsureOptions<R, T> | (EnsureOptions<R, T> & RemoveWhen<R>) = {},
  ): readonly StepDefinition<R>[] {
    return ensureSteps(this, options);
  }

  #factsFor(owner: R): ComponentFacts {
    const labels = this.labelsFor(owner);
    const [name, namespace] = [this.nameFor(owner), this.namespaceFor(owner)];
    return { name, namespace, labels, selector: selectorOf(labels) };
  }
}

/**
 * Describes one dependent of an owner: its kind, its name, its labels, and how it is built.
 *
 * Its name, namespace, labels and owner reference are derived from the owner. To ensure it, a plan calls
 * `.ensure(component)`.
 *
 * @param ownerKind The kind of the owner.
 * @param kind The kind of the dependent. The controller `owns` it.
 * @param options Its name, its labels, and the function that builds it.
 * @throws {StepDefinitionError} If `build` is not a function.
 *
 * @example Usage
 * ```ts
 * import { component, defineResource, defineSteps } from "@staircase/operator";
 * import { Deployment } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const Site = defineResource({
 *   group: "example.dev", version: "v1", kind: "Site", scope: "Namespaced",
 *   spec: z.object({ replicas: z.number().int() }),
 * });
 * const web = component(Site, Deployment, {
 *   name: "web",
 *   build: ({ spec }, { labels, selector }) => ({
 *     spec: {
 *       replicas: spec.replicas,
 *       selector: { matchLabels: selector },
 *       template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "nginx:1.29" }] } },
 *     },
 *   }),
 * });
 * const steps = defineSteps(Site).ensure(web, {
 *   drift: "apply",
 *   readyWhen: ({ status }) => status?.readyReplicas ? true : "no pod is ready",
 * });
 * assertEquals(steps.names, ["find the deployment web", "ensure the deployment web", "wait for the deployment web"]);
 * ```
 */
export function component<R extends KubeObject, T extends KubeObject>(
  ownerKind: ResourceKind<R>,
  kind: ResourceKind<T>,
  options: ComponentOptions<R, T>,
): Component<R, T> {
  if (typeof options?.build !== "function") {
    throw new StepDefinitionError(
      `Cannot define a component of ${kind.kind} as build must be a function: current value is ${typeof options
        ?.build}`,
    );
  }
  return new Component(ownerKind, kind, options);
}
