/**
 * What watches over an operator: alerts for Prometheus and a dashboard for Grafana, made from the table of metrics. Pure.
 *
 * @module
 */

export { type Alert, alerts } from "./alerts.ts";
export {
  type Dashboard,
  type DashboardConfigMap,
  dashboardConfigMapOf,
  type DashboardConfigMapOptions,
  dashboardOf,
  type Variable,
} from "./dashboard.ts";
export type { GrafanaPanel } from "./panels.ts";
export {
  type AlertingRule,
  alertsOf,
  type AlertsOptions,
  type PrometheusRule,
  type RuleGroup,
} from "./prometheus_rule.ts";
