/** The built-in resources, one line each. */

import { builtinStrategy, type BuiltinTraits, structOf } from "./builtin_strategy.ts";
import { structNode } from "../types/mod.ts";
import { coreEvents, newEvents } from "./event_conversion.ts";
import { type Conversion, PLAIN_COLUMNS, type Resource, type ScalePaths } from "../store/mod.ts";

interface Builtin extends Omit<BuiltinTraits, "kind" | "status"> {
  readonly short?: readonly string[];
  readonly all?: boolean;
  readonly cluster?: boolean;
  readonly status?: boolean;
  readonly scale?: boolean;
  readonly selectable?: readonly string[];
  readonly table?: string;
  readonly conversion?: Conversion;
  /** Its table shows only name and age. */
  readonly plain?: boolean;
}

const SCALE: ScalePaths = {
  spec: ["spec", "replicas"],
  status: ["status", "replicas"],
  selector: ["spec", "selector"],
};

const spec: Builtin = { counted: (object) => object.spec };
const workload: Builtin = { ...spec, status: true, all: true };
/** Roles and bindings may have any name. */
const rbac: Builtin = { names: "path", orphansByDefault: false, createOnUpdate: true };

/** Group, version, then the plural and kind of each resource with its own traits. */
const TABLE: readonly [group: string, version: string, resources: Record<string, [kind: string, traits?: Builtin]>][] =
  [
    ["", "v1", {
      configmaps: ["ConfigMap", { short: ["cm"] }],
      events: ["Event", {
        short: ["ev"],
        createOnUpdate: true,
        selectable: [
          "involvedObject.kind",
          "involvedObject.namespace",
          "involvedObject.name",
          "involvedObject.uid",
          "involvedObject.apiVersion",
          "involvedObject.resourceVersion",
          "involvedObject.fieldPath",
          "reason",
          "reportingComponent",
          "source",
          "type",
        ],
        table: "events",
      }],
      limitranges: ["LimitRange", { short: ["limits"] }],
      namespaces: ["Namespace", {
        short: ["ns"],
        cluster: true,
        status: true,
        names: "label",
        selectable: ["status.phase"],
      }],
      nodes: ["Node", {
        short: ["no"],
        cluster: true,
        status: true,
        bornWithStatus: true,
        selectable: ["spec.unschedulable"],
      }],
      persistentvolumeclaims: ["PersistentVolumeClaim", { short: ["pvc"], status: true, answersDeleted: true }],
      persistentvolumes: ["PersistentVolume", { short: ["pv"], cluster: true, status: true, answersDeleted: true }],
      pods: ["Pod", {
        ...spec,
        ...{ short: ["po"], all: true, status: true, answersDeleted: true },
        selectable: [
          "spec.hostNetwork",
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.schedulerName",
          "spec.serviceAccountName",
          "status.nominatedNodeName",
          "status.phase",
          "status.podIP",
          "status.podIPs",
        ],
      }],
      resourcequotas: ["ResourceQuota", { short: ["quota"], status: true, answersDeleted: true }],
      secrets: ["Secret", { selectable: ["type"] }],
      serviceaccounts: ["ServiceAccount", { plain: true, short: ["sa"], answersDeleted: true }],
      services: ["Service", {
        short: ["svc"],
        all: true,
        status: true,
        answersDeleted: true,
        createOnUpdate: true,
        names: "label",
        selectable: ["spec.clusterIP", "spec.type"],
      }],
    }],
    ["apps", "v1", {
      daemonsets: ["DaemonSet", { ...workload, short: ["ds"] }],
      deployments: ["Deployment", {
        ...{ ...workload, short: ["deploy"], scale: true },
        counted: ({ spec, metadata }) => ({ spec, annotations: metadata.annotations ?? {} }),
      }],
      replicasets: ["ReplicaSet", { ...workload, short: ["rs"], scale: true, selectable: ["status.replicas"] }],
      statefulsets: ["StatefulSet", { ...workload, names: "label", short: ["sts"], scale: true }],
    }],
    ["autoscaling", "v2", {
      horizontalpodautoscalers: ["HorizontalPodAutoscaler", { short: ["hpa"], all: true, status: true }],
    }],
    ["batch", "v1", {
      cronjobs: ["CronJob", { ...workload, short: ["cj"] }],
      jobs: ["Job", { ...workload, orphansByDefault: true, selectable: ["status.successful"] }],
    }],
    ["coordination.k8s.io", "v1", {
      leases: ["Lease", { createOnUpdate: true, lockedUpdate: true }],
    }],
    ["discovery.k8s.io", "v1", {
      endpointslices: ["EndpointSlice", { counted: ({ endpoints, ports }) => ({ endpoints, ports }) }],
    }],
    ["events.k8s.io", "v1", {
      events: ["Event", {
        short: ["ev"],
        createOnUpdate: true,
        struct: "NewEvent",
        selectable: [
          "regarding.kind",
          "regarding.namespace",
          "regarding.name",
          "regarding.uid",
          "regarding.apiVersion",
          "regarding.resourceVersion",
          "regarding.fieldPath",
          "reason",
          "reportingController",
          "type",
        ],
        table: "events",
        conversion: { toStored: coreEvents, fromStored: newEvents },
      }],
    }],
    ["networking.k8s.io", "v1", {
      ingresses: ["Ingress", { ...spec, short: ["ing"], status: true }],
      networkpolicies: ["NetworkPolicy", { ...spec, short: ["netpol"] }],
    }],
    ["policy", "v1", {
      poddisruptionbudgets: ["PodDisruptionBudget", { ...spec, short: ["pdb"], status: true, lockedUpdate: true }],
    }],
    ["rbac.authorization.k8s.io", "v1", {
      clusterrolebindings: ["ClusterRoleBinding", { ...rbac, cluster: true }],
      clusterroles: ["ClusterRole", { ...rbac, cluster: true }],
      rolebindings: ["RoleBinding", rbac],
      roles: ["Role", rbac],
    }],
    ["scheduling.k8s.io", "v1", {
      priorityclasses: ["PriorityClass", { short: ["pc"], cluster: true, counted: () => 0 }],
    }],
    ["storage.k8s.io", "v1", {
      storageclasses: ["StorageClass", { short: ["sc"], cluster: true, answersDeleted: true }],
    }],
    ["apiextensions.k8s.io", "v1", {
      customresourcedefinitions: ["CustomResourceDefinition", {
        ...spec,
        ...{ short: ["crd", "crds"], cluster: true, status: true, lockedUpdate: true, answersDeleted: true },
      }],
    }],
  ];

/** All built-in resources. */
export function builtinResources(): Resource[] {
  return TABLE.flatMap(([group, version, resources]) =>
    Object.entries(resources).map(([plural, [kind, traits = {}]]) => builtin(group, version, plural, kind, traits))
  );
}

function builtin(group: string, version: string, plural: string, kind: string, traits: Builtin): Resource {
  const { short = [], all = false, cluster = false, status = false, scale = false, selectable = [] } = traits;
  return {
    ...{ group, version, kind, plural, status, selectable },
    listKind: `${kind}List`,
    singular: kind.toLowerCase(),
    shortNames: short,
    categories: all ? ["all"] : [],
    namespaced: !cluster,
    table: traits.table ?? (group === "" ? plural : `${plural}.${group}`),
    custom: false,
    scale: scale ? SCALE : undefined,
    get struct() {
      return structOf({ ...traits, kind });
    },
    get type() {
      return structNode(structOf({ ...traits, kind }));
    },
    strategy: builtinStrategy({ ...traits, kind, status }),
    conversion: traits.conversion,
    columns: traits.plain ? PLAIN_COLUMNS : undefined,
    deprecation: undefined,
  };
}
