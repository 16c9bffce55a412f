/**
 * A deployment as a chart for Helm.
 *
 * @module
 */

export { chartOf } from "./chart.ts";
