/** The pieces of a Grafana dashboard: rows, panels and their queries, as its JSON has them. */

/** A query of a panel. */
export interface Query {
  readonly expr: string;
  /** What a line is called: `{{controller}}`. */
  readonly legend: string;
}

/** How a panel shows its queries. */
export type PanelType = "stat" | "timeseries" | "heatmap";

/** A panel, without its place. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly type: PanelType;
  /** The unit, in Grafana's words: `s`, `short`, `ops` (per second), `percentunit`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Lines upon each other, so that the top is the sum. */
  readonly stacked?: boolean;
  /** From this value on it is red. */
  readonly bad?: number;
}

/** A row: its title, and its panels from left to right. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A panel as Grafana's JSON has it. */
export interface GrafanaPanel {
  readonly id: number;
  readonly type: PanelType | "row";
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly [field: string]: unknown;
}

/** The variable that says which Prometheus is asked. */
export const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

/** Grafana's grid has 24 columns. */
const COLUMNS = 24;

const HEIGHTS: Readonly<Record<PanelType, number>> = { stat: 4, timeseries: 8, heatmap: 8 };

/** Panels a line. */
const MOST_IN_LINE = { stat: 6, timeseries: 3, heatmap: 3 };

/** The rows as a list of panels, one below the other. */
export function laidOut(rows: readonly Row[]): readonly GrafanaPanel[] {
  const placed: GrafanaPanel[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const gridPos = { h: 1, w: COLUMNS, x: 0, y: y++ };
    placed.push({ id: placed.length + 1, type: "row", title, gridPos, collapsed: false, panels: [] });
    for (const line of linesOf(panels)) {
      const h = Math.max(...line.map(({ type }) => HEIGHTS[type]));
      const w = Math.floor(COLUMNS / line.length);
      line.forEach((panel, at) => placed.push(grafanaPanel(panel, placed.length + 1, { h, w, x: at * w, y })));
      y += h;
    }
  }
  return placed;
}

/** As many in a line as there is room for, and as equal as that allows. */
function linesOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  if (panels.length === 0) return [];
  const most = Math.min(...panels.map(({ type }) => MOST_IN_LINE[type]));
  const lines = Math.ceil(panels.length / most);
  const length = Math.ceil(panels.length / lines);
  return Array.from({ length: lines }, (_, at) => panels.slice(at * length, (at + 1) * length));
}

function grafanaPanel(panel: Panel, id: number, gridPos: GrafanaPanel["gridPos"]): GrafanaPanel {
  const { type, title, description, unit, queries, stacked = false, bad } = panel;
  const steps = [{ color: "green", value: null }, ...(bad === undefined ? [] : [{ color: "red", value: bad }])];
  const defaults = {
    unit,
    min: 0,
    thresholds: { mode: "absolute", steps },
    ...(type === "timeseries" && {
      color: { mode: "palette-classic" },
      custom: { fillOpacity: stacked ? 30 : 0, stacking: { mode: stacked ? "normal" : "none", group: "A" } },
    }),
    ...(type === "stat" && { color: { mode: "thresholds" }, noValue: "none" }),
  };
  return {
    id,
    type,
    title,
    description,
    gridPos,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, at) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + at),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      format: type === "heatmap" ? "heatmap" : "time_series",
      ...(type === "stat" && { instant: true }),
    })),
    fieldConfig: { defaults, overrides: [] },
    options: OPTIONS[type],
  };
}

const OPTIONS: Readonly<Record<PanelType, unknown>> = {
  stat: {
    reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
    colorMode: "value",
    graphMode: "none",
    textMode: "auto",
    justifyMode: "auto",
    orientation: "auto",
    percentChangeColorMode: "standard",
    showPercentChange: false,
    wideLayout: true,
  },
  timeseries: {
    legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
    tooltip: { mode: "multi", sort: "desc" },
  },
  heatmap: {
    calculate: false,
    cellGap: 1,
    color: { mode: "scheme", scheme: "Oranges", steps: 64, exponent: 0.5, fill: "dark-orange", reverse: false },
    exemplars: { color: "rgba(255,0,255,0.7)" },
    filterValues: { le: 1e-9 },
    legend: { show: true },
    rowsFrame: { layout: "auto" },
    showValue: "never",
    tooltip: { mode: "single", yHistogram: false, showColorScale: false },
    yAxis: { unit: "s", axisPlacement: "left", reverse: false },
  },
};
