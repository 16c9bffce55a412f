/**
 * Step-based Kubernetes operators.
 *
 * A **Run** is one pass of the control loop over one object. A Run walks ordered **Steps**. A Step checks one thing and, if it
 * is not as desired, asks for **one** change. After that change the Run ends and the object starts over, from a fresh view.
 * So after any failure or restart, at any point, the next Run goes on as if nothing had happened.
 *
 * - **Kinds**: {@link defineResource}, {@link installCrd}; {@link kindOf} for kinds that the cluster has already
 * - **Steps**: {@link defineSteps}, {@link observeStep}, {@link changeStep}; {@link stop}
 * - **Changes**: {@link create}, {@link apply}, {@link patch}, {@link replace}, {@link remove}; {@link perform}
 * - **Dependents**, each described once: {@link component}
 * - **Conditions** of a status: {@link setCondition}, {@link findCondition}, {@link isConditionTrue},
 *   {@link removeCondition}, {@link conditionsSchema}
 * - **Controllers**: {@link serveController}, {@link defineController}, {@link watchKind}; {@link runSteps} for a Run by hand
 * - **What wakes an object**: {@link generationChanged}, {@link labelsChanged}, {@link annotationsChanged}, {@link anyOf}
 * - **The cluster**: {@link connect}, {@link isConnectable}
 * - **Errors**: {@link TerminalError} to throw; {@link StepError}, {@link ApiError}, {@link isNotFound},
 *   {@link isAlreadyExists}, {@link isConflict} to ask for
 * - **Logs and durations**: {@link createLogger}, {@link silentLogger}, {@link toMilliseconds}
 *
 * What is needed less often has doors of its own:
 *
 * - `@staircase/operator/kinds`: tokens and types of built-in kinds.
 * - `@staircase/operator/testing`: a harness for tests, with an API server in memory, and virtual time.
 * - `@staircase/operator/testing/apiserver`: a real API server for tests, as envtest is for Go.
 * - `@staircase/operator/client`: objects by their kinds on any cluster, for tests and tools.
 * - `@staircase/operator/errors`: every other error, and what else an answer of the API server may mean.
 * - `@staircase/operator/cluster`: permissions, addresses of Services, and what a client is.
 * - `@staircase/operator/crd`: what a CustomResourceDefinition holds, and kinds from plain JSON Schema.
 * - `@staircase/operator/cli`: an operator as a program, with a command line.
 * - `@staircase/operator/deploy`: its manifests and permissions, computed from what its controllers declare.
 * - `@staircase/operator/ship`: a program that makes an executable of it, and an image of that.
 * - `@staircase/operator/watch`: list and watch without a controller, caches, and predicates.
 * - `@staircase/operator/plan`: plans and changes as data, for tools that look into them.
 *
 * @example An operator
 * ```ts
 * import { create, defineResource, defineSteps, installCrd, serveController } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { z } from "zod";
 *
 * const Greeting = defineResource({
 *   group: "example.dev",
 *   version: "v1",
 *   kind: "Greeting",
 *   scope: "Namespaced",
 *   spec: z.object({ text: z.string() }),
 * });
 * const steps = defineSteps(Greeting)
 *   .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
 *   .change("create the text", ({ object }, existing) =>
 *     existing ?? create(ConfigMap, { metadata: { name: object.metadata.name }, data: { text: object.spec.text } }));
 *
 * using client = new EmbeddedCluster(); // connect() finds a real one
 * await installCrd(client, Greeting);
 * await using controller = await serveController({ resource: Greeting, steps, owns: [ConfigMap], client });
 * await controller.ready; // in an operator: await controller.finished
 * ```
 *
 * @module
 */

// Kinds and objects.
export { type DefinedResource, defineResource, type ResourceDefinition } from "./lib/kube/mod.ts";
export { installCrd, type InstallCrdOptions } from "./lib/kube/mod.ts";
export { kindOf, type KindOptions, type ObjectOf, type ResourceKind, type StatusOf } from "./lib/model/mod.ts";
export type { CustomObject, Draft, DraftMeta, KubeObject, ObjectMeta, ObjectRef } from "./lib/model/mod.ts";
export type { LabelSelector, OwnerReference } from "./lib/model/mod.ts";

// Steps.
export { defineSteps, type DefineStepsOptions, type Steps } from "./lib/steps/mod.ts";
export { type ChangeStep, changeStep, type ObserveStep, observeStep } from "./lib/steps/mod.ts";
export type { ChangeContext, StepContext } from "./lib/steps/mod.ts";
export { type Stop, stop, type StopOptions } from "./lib/steps/mod.ts";
export type { GetOptions, ListOptions, ReadApi } from "./lib/model/mod.ts";

// Changes.
export { type Change, create, type CreateOptions } from "./lib/steps/mod.ts";
export { apply, type ApplyOptions } from "./lib/steps/mod.ts";
export { patch, type PatchBody, type PatchTarget, replace, type SubresourceOptions } from "./lib/steps/mod.ts";
export { remove, type RemoveOptions } from "./lib/steps/mod.ts";
export { perform } from "./lib/steps/mod.ts";

// Components: dependents of an owner, each described once.
export { type Component, component, type ComponentOptions, type EnsureOptions } from "./lib/components/mod.ts";
export type { ComponentBody, ComponentFacts } from "./lib/components/mod.ts";
export type { RemoveWhen } from "./lib/steps/mod.ts";

// Conditions of a status.
export { type Condition, conditionsSchema, findCondition, isConditionTrue } from "./lib/steps/mod.ts";
export { type ConditionInput, removeCondition, setCondition, type SetConditionOptions } from "./lib/steps/mod.ts";

// Controllers: serving plans.
export { type Controller, serveController } from "./lib/controller/mod.ts";
export type { HttpOptions, ServeOneOptions, ServeOptions, ServeSeveralOptions } from "./lib/controller/mod.ts";
export { type ControllerDefinition, type ControllerOptions, defineController } from "./lib/controller/mod.ts";
export { type OwnedKind, type WatchedKind, watchKind, type WatchKindOptions } from "./lib/controller/mod.ts";
export type { DeclaredRead, DeclaredWrite } from "./lib/kube/mod.ts";
export type { BackoffOptions } from "./lib/run/mod.ts";
export { annotationsChanged, anyOf, generationChanged, labelsChanged, type Predicate } from "./lib/watch/mod.ts";

// Runs, and Runs by hand.
export type { RunReport } from "./lib/controller/mod.ts";
export type { FailedResult, ModifiedResult, NoOpResult, RunResult, StoppedResult } from "./lib/run/mod.ts";
export type { BestEffortFailure } from "./lib/run/mod.ts";
export { runSteps, type RunStepsOptions } from "./lib/run/mod.ts";

// The cluster.
export { type ClusterClient, connect, type ConnectedClient } from "./lib/kube/mod.ts";
export { type ConnectOptions, isConnectable } from "./lib/kube/mod.ts";

// Errors that one throws or asks for every day.
export { StepError, TerminalError } from "./lib/steps/mod.ts";
export { ApiError, isAlreadyExists, isConflict, isNotFound } from "./lib/kube/mod.ts";

// Logs and durations.
export { createLogger, type CreateLoggerOptions, silentLogger } from "./lib/telemetry/mod.ts";
export type { LogFields, Logger, LogLevel } from "./lib/telemetry/mod.ts";
export { type Duration, toMilliseconds } from "./lib/time/mod.ts";
