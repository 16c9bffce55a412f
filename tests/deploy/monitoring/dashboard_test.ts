/** The dashboard, and the names in it and in the alerts: each occurs in what a real operator says of itself. */

import { assert, assertEquals } from "@std/assert";
import { defineSteps } from "../../../mod.ts";
import { METRICS, prometheusName } from "../../../lib/telemetry/mod.ts";
import { alerts, dashboardConfigMapOf, dashboardOf } from "../../../lib/deploy/monitoring/mod.ts";
import { resolveOperator } from "../../../lib/deploy/operator/mod.ts";
import { CHECKOUT, run, temporaryFolder } from "../../packaging/programs.ts";
import { refusal } from "../../controller/faults.ts";
import { controllerOf, Foo, PlayedOperator, type PlayedOptions, type Scrape } from "./played_operator.ts";
import { type Expected, hasPromtool, storedSeries, TARGET_LABELS, testRules } from "./promtool.ts";

/** Some objects come to rest, some fail; the API server refuses now and then. */
const options: PlayedOptions = {
  objects: 20,
  requeueEvery: "1m",
  serve: { events: true },
  steps: defineSteps(Foo)
    .observe("look", ({ object: { metadata: { name } } }) => {
      if (name === "foo-7") throw new Error("it is broken");
    })
    .change("report", ({ object, setStatus }) => setStatus({ observed: object.metadata.generation! })),
};
const operator = resolveOperator({ controllers: [controllerOf(options)], events: true });

async function mixedScrapes(): Promise<readonly Scrape[]> {
  await using played = await PlayedOperator.start(options);
  let asked = 0;
  played.fault = ({ group }) => {
    if (asked++ % 10 === 0) throw refusal(group === "events.k8s.io" ? 403 : 500, "Forbidden", "no");
  };
  await played.minutes(20, async (minute) => {
    await played.cluster.patch(Foo, "foo-0", { merge: { spec: { text: `changed ${minute}` } } });
  });
  return played.scrapes;
}

/** What the dashboard asks, with its variables as somebody chose them. */
function queries(): readonly string[] {
  const { panels, templating } = dashboardOf(operator);
  const asked = panels.flatMap(({ targets = [] }) => (targets as { expr: string }[]).map(({ expr }) => expr));
  const chosen = templating.list.filter(({ type }) => type === "query").map(({ query }) => {
    const [, series] = /^label_values\((.*), \w+\)$/.exec((query as { query: string }).query)!;
    return series!;
  });
  return [...asked, ...chosen].map((expr) =>
    expr.replaceAll("$__rate_interval", "5m").replaceAll("$namespace", TARGET_LABELS.namespace)
      .replaceAll("$controller", ".+")
  );
}

/** The labels of a stored series by its name. */
function labelsByName(scrapes: readonly Scrape[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { series } of storedSeries(scrapes)) {
    const name = series.slice(0, series.indexOf("{"));
    const labels = found.get(name) ?? new Set();
    found.set(name, labels);
    for (const [, label] of series.matchAll(/[{,](\w+)="/g)) labels.add(label!);
  }
  return found;
}

/** The metrics of an expression with the labels that are asked of them. */
function selectorsOf(expr: string): { name: string; labels: string[] }[] {
  return [...expr.matchAll(/(\w+)\{([^}]*)\}/g)].map(([, name, matches]) => ({
    name: name!,
    labels: [...matches!.matchAll(/(?:^|,)(\w+)(?:=~|!=|=)"/g)].map(([, label]) => label!),
  }));
}

Deno.test("each metric and each label of alerts and dashboard occurs in a scrape of a real operator", async () => {
  const known = labelsByName(await mixedScrapes());
  const all = [...queries(), ...alerts(operator, TARGET_LABELS.namespace).map(({ expr }) => expr)];
  for (const expr of all) {
    const selectors = selectorsOf(expr);
    assert(selectors.length > 0, expr);
    for (const { name, labels } of selectors) {
      assert(known.has(name), `${name} of ${expr}`);
      assertEquals(labels.filter((label) => !known.get(name)!.has(label)), [], expr);
    }
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(", "));
    for (const label of grouped) {
      assert(selectors.every(({ name }) => known.get(name)!.has(label)), `${label} of ${expr}`);
    }
  }
});

Deno.test("every metric of the table is on the dashboard", () => {
  const text = queries().join("\n");
  const shown = (name: string) => new RegExp(`\\b${name}(_bucket)?\\{`).test(text);
  assertEquals(Object.values(METRICS).map(prometheusName).filter((name) => !shown(name)), []);
});

Deno.test({
  name: "every query of the dashboard gives something when a real operator has had work and failures",
  ignore: !hasPromtool,
  fn: async () => {
    const scrapes = await mixedScrapes();
    const exprs = queries().map((expr): Expected => ({
      expr: `group(${expr})`,
      eval_time: `${scrapes.length - 1}m`,
      exp_samples: [{ labels: "{}", value: 1 }],
    }));
    const { code, said } = await testRules({ groups: [] }, storedSeries(scrapes), { exprs });
    assertEquals(code, 0, said);
  },
});

Deno.test("the dashboard asks the chosen Prometheus, of the chosen namespace and controllers", () => {
  const { templating, panels } = dashboardOf(operator);
  assertEquals(templating.list.map(({ name }) => name), ["datasource", "namespace", "controller"]);
  for (const { type, datasource, targets = [] } of panels) {
    if (type === "row") continue;
    assertEquals(datasource, { type: "prometheus", uid: "${datasource}" });
    for (const { expr } of targets as { expr: string }[]) {
      for (const { labels } of selectorsOf(expr)) assertEquals(labels.slice(0, 2), ["namespace", "job"], expr);
    }
  }
});

Deno.test("panels neither overlap nor leave the grid, and each has an id and a title of its own", () => {
  const { panels } = dashboardOf(operator);
  for (const field of ["id", "title"] as const) {
    assertEquals(new Set(panels.map((panel) => panel[field])).size, panels.length, field);
  }
  const taken = new Set<string>();
  for (const { title, gridPos: { x, y, w, h } } of panels) {
    assert(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        assert(!taken.has(`${column}/${row}`), title);
        taken.add(`${column}/${row}`);
      }
    }
  }
});

Deno.test("the ConfigMap is found by Grafana's sidecar, and holds the dashboard as a file", () => {
  const { metadata, data } = dashboardConfigMapOf(operator, { namespace: "shop", labels: { team: "a" } });
  assertEquals(metadata, {
    name: "foo-dashboard",
    namespace: "shop",
    labels: { team: "a", grafana_dashboard: "1" },
  });
  assertEquals(JSON.parse(data["foo.json"]!), JSON.parse(JSON.stringify(dashboardOf(operator))));
});

Deno.test("the dashboard's uid fits into Grafana's 40 characters, also for the longest name", () => {
  const uidOf = (name: string) => dashboardOf({ ...operator, name }).uid;
  assertEquals(uidOf("foo"), "operator-foo");
  for (const length of [31, 32, 40]) assert(uidOf("a".repeat(length)).length <= 40);
});

/** Grafana's types, with the values of its enums as JSON has them. */
const HEAD = `
import type { Dashboard } from "@grafana/schema";
import type { Options as stat } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type { Options as heatmap } from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type { FieldConfig as LineConfig, Options as timeseries }
  from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
type Plain<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer E)[] ? Plain<E>[] : { [K in keyof T]: Plain<T[K]> };
`;

Deno.test("the dashboard is what Grafana's schema says, down to the options of its panels", async () => {
  const dashboard = dashboardOf(operator);
  const shown = dashboard.panels.filter(({ type }) => type !== "row");
  const parts = shown.flatMap(({ type, options, fieldConfig }) => {
    const { custom } = (fieldConfig as { defaults: { custom?: unknown } }).defaults;
    return [
      `options.push(${JSON.stringify(options)} satisfies Plain<${type}>);`,
      ...(custom === undefined ? [] : [`options.push(${JSON.stringify(custom)} satisfies Plain<LineConfig>);`]),
    ];
  });
  const program = [
    HEAD,
    "export const options: unknown[] = [];",
    `export const dashboard: Plain<Dashboard> = ${JSON.stringify(dashboard)};`,
    ...parts,
  ].join("\n");
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/dashboard.ts`, program);
  const { code, stderr } = await run(Deno.execPath(), [
    ...["check", "--config", `${CHECKOUT}deno.json`],
    `${folder.path}/dashboard.ts`,
  ]);
  assertEquals(code, 0, stderr);
});
