/** The alerts as a PrometheusRule, for the operator of Prometheus. */

import type { ResolvedOperator } from "../operator/mod.ts";
import { type Alert, alerts } from "./alerts.ts";

/** Options of {@link alertsOf}. */
export interface AlertsOptions {
  /** The namespace that the operator runs in. */
  readonly namespace: string;
  /**
   * Labels of the object, such as the one by which a Prometheus selects its rules.
   * @default {none}
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Where the docs are, for the links: a path or a URL, with a slash at its end.
   * @default {"docs/"}
   */
  readonly docs?: string;
}

/** A PrometheusRule. */
export interface PrometheusRule {
  readonly apiVersion: "monitoring.coreos.com/v1";
  readonly kind: "PrometheusRule";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly groups: readonly RuleGroup[] };
  readonly [field: string]: unknown;
}

/** Rules that are evaluated together. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertingRule[];
}

/** An alert, as Prometheus reads it. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The alerts of an operator. They go by its namespace and its job, so that two operators, and two of one sort, are told
 * apart; a PodMonitor or ServiceMonitor must have its name, or its name as the value of the `jobLabel`.
 */
export function alertsOf(operator: ResolvedOperator, options: AlertsOptions): PrometheusRule {
  const { namespace, labels = {}, docs = "docs/" } = options;
  const { name } = operator;
  const rules = alerts(operator, namespace).map((alert) => ruleOf(alert, { name, namespace, docs }));
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name, namespace, labels },
    spec: { groups: [{ name: `${namespace}/${name}`, rules }] },
  };
}

/** The namespace is a label of each, also where the expression keeps none. */
function ruleOf(alert: Alert, at: { name: string; namespace: string; docs: string }): AlertingRule {
  const { summary, description } = alert;
  return {
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity, namespace: at.namespace, operator: at.name },
    annotations: { summary, description, runbook_url: `${at.docs}troubleshooting.md#${alert.heading}` },
  };
}
