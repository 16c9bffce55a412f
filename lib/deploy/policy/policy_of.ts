/** Computes a policy that keeps an operator's account to what its controllers declare. */

import type { ResolvedController } from "../../controller/mod.ts";
import { controllerText } from "../../kube/mod.ts";
import type { ResourceKind } from "../../model/mod.ts";
import type { ResolvedOperator } from "../operator/mod.ts";
import { either, every, text } from "./cel.ts";
import {
  type Way,
  wayOfFinalizers,
  wayOfStatus,
  waysOfEvents,
  waysOfOwned,
  waysOfPart,
  waysOfWrite,
  WORDS,
} from "./ways.ts";

/** Options of {@link policyOf}. */
export interface PolicyOptions {
  /** The account under which the operator runs. */
  serviceAccount: {
    /** Its namespace. */
    readonly namespace: string;
    /** Its name. */
    readonly name: string;
  };
}

/** A ValidatingAdmissionPolicy or its binding, as it is applied. */
export interface PolicyManifest {
  /** `admissionregistration.k8s.io/v1`. */
  readonly apiVersion: string;
  /** `ValidatingAdmissionPolicy` or `ValidatingAdmissionPolicyBinding`. */
  readonly kind: string;
  /** Its name: that of the operator, a dot, and the namespace of its account. */
  readonly metadata: { readonly name: string };
  /** What it says. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The ways in which resources may be written, by `group/plural` or `group/plural/subresource`. */
type Guarded = Map<string, { readonly group: string; readonly resource: string; readonly ways: Way[] }>;

/**
 * A policy of the API server that keeps an operator's account to what its controllers declare, and its binding. So
 * whoever steals the account's token can do no more than the operator itself does:
 *
 * - of a kind that it `owns`, create only objects with a controller owner of its resource, and change or delete only
 *   such; a component without an owner reference is known by its labels and its annotation;
 * - of its `resource`, set the status and its own finalizer;
 * - what `writes` declares, and of these only the declared names; through a subresource, no metadata;
 * - install its own kinds, and write Events that its own controllers report.
 *
 * It needs Kubernetes 1.30 or newer. It has no parameters: a policy whose parameter is of a built-in kind can break until the
 * API server restarts.
 */
export function policyOf(
  operator: ResolvedOperator,
  options: PolicyOptions,
): readonly [PolicyManifest, PolicyManifest] {
  const { serviceAccount: { namespace, name: account } } = options;
  const guarded = guardedBy(operator);
  const name = `${operator.name}.${namespace}`;
  const apiVersion = "admissionregistration.k8s.io/v1";
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: resourceRules(guarded) },
        matchConditions: [{
          name: "by-the-operator",
          expression: `request.userInfo.username == ${text(`system:serviceaccount:${namespace}:${account}`)}`,
        }],
        variables: [{
          name: "target",
          expression: 'request.resource.group + "/" + request.resource.resource + ' +
            '(has(request.subResource) && request.subResource != "" ? "/" + request.subResource : "")',
        }],
        validations: [
          oneByOne(operator.name),
          ...[...guarded.values()].map((one) => validationOf(operator.name, one)),
        ],
      },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name, validationActions: ["Deny"] },
    },
  ];
}

function guardedBy({ controllers, kinds }: ResolvedOperator): Guarded {
  const guarded: Guarded = new Map();
  const add = ({ group, plural }: Pick<ResourceKind, "group" | "plural">, ways: readonly Way[], part?: string) => {
    const resource = part === undefined ? plural : `${plural}/${part}`;
    const known = guarded.get(`${group}/${resource}`);
    if (known) known.ways.push(...ways);
    else guarded.set(`${group}/${resource}`, { group, resource, ways: [...ways] });
  };
  for (const controller of controllers) addController(add, controller);
  const crds = kinds.map(({ crd }) => crd.metadata.name);
  if (crds.length > 0) {
    add(
      { group: "apiextensions.k8s.io", plural: "customresourcedefinitions" },
      waysOfWrite({ verbs: ["create", "update"], names: crds }),
    );
  }
  const reporters = controllers.map(({ name, resource }) => controllerText(resource.group, name));
  add({ group: "events.k8s.io", plural: "events" }, waysOfEvents(reporters));
  return guarded;
}

function addController(
  add: (kind: ResourceKind, ways: readonly Way[], part?: string) => void,
  controller: ResolvedController,
): void {
  const { resource, owns, allowed, implied, finalizer } = controller;
  if (implied.finalizer) add(resource, [wayOfFinalizers([finalizer])]);
  if (implied.status) add(resource, [wayOfStatus()], "status");
  for (const owned of owns) add(owned.kind, waysOfOwned(owned, controller));
  // The first entries are those of the owned kinds.
  for (const write of allowed.slice(owns.length)) {
    if (!write.subresources) add(write.kind, waysOfWrite(write));
    for (const part of write.subresources ?? []) add(write.kind, waysOfPart(write), part);
  }
}

function resourceRules(guarded: Guarded): unknown[] {
  const byGroup = Map.groupBy(guarded.values(), ({ group }) => group);
  return [...byGroup].sort(([a], [b]) => a < b ? -1 : 1).map(([group, members]) => ({
    apiGroups: [group],
    apiVersions: ["*"],
    operations: ["CREATE", "UPDATE", "DELETE"],
    resources: members.map(({ resource }) => resource).sort(),
  }));
}

/** No operator deletes collections: it knows each object that it deletes. */
function oneByOne(operator: string): unknown {
  return {
    expression: 'request.operation != "DELETE" || has(request.name) && request.name != ""',
    message: `the operator ${operator} may not delete collections, only one object by its name`,
    reason: "Forbidden",
  };
}

function validationOf(operator: string, { group, resource, ways }: { group: string; resource: string; ways: Way[] }) {
  const byOperation = Map.groupBy(ways, ({ operation }) => operation);
  const allowed = [...byOperation].map(([operation, those]) => {
    const conditions = [...new Set(those.map(({ condition }) => condition))];
    const is = `request.operation == ${text(operation)}`;
    return conditions.includes("true") ? is : every(is, either(...conditions));
  });
  const rule = ` this object of ${describeResource(group, resource)}: of these it may only ${describeWays(ways)}`;
  const before = `the operator ${operator} may not `;
  return {
    expression: either(`variables.target != ${text(`${group}/${resource}`)}`, ...allowed),
    message: `${before}write${rule}`,
    messageExpression: `${text(before)} + ${WORD_OF_OPERATION} + ${text(rule)}`,
    reason: "Forbidden",
  };
}

const WORD_OF_OPERATION = `{${
  Object.entries(WORDS).map(([operation, word]) => `${text(operation)}: ${text(word)}`).join(", ")
}}[request.operation]`;

/** `deployments.apps`, or `status of foos.example.dev`. */
function describeResource(group: string, resource: string): string {
  const [plural, part] = resource.split("/");
  const whole = group === "" ? plural! : `${plural}.${group}`;
  return part === undefined ? whole : `${part} of ${whole}`;
}

/** `create and change what is controlled by a Foo, or change the finalizer example.dev/foo`. */
function describeWays(ways: readonly Way[]): string {
  const byWhat = Map.groupBy(ways, ({ what }) => what);
  const parts = [...byWhat].map(([what, those]) => {
    const words = [...new Set(those.map(({ operation }) => WORDS[operation]))];
    return `${words.length > 1 ? `${words.slice(0, -1).join(", ")} and ` : ""}${words.at(-1)} ${what}`;
  });
  return parts.join(", or ");
}
