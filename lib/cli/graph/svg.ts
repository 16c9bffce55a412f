/** Plans as a picture: each a staircase, up to the desired state, and down when the object is being deleted. */

import { CHOSEN, type ControllerView, type StepView } from "./plans.ts";
import { BEFORE, RISE, type Stair, type Staircase, staircaseOf, TEXT } from "./staircase.ts";
import { escapeXml, widthOf } from "./xml.ts";

/** Space around all, between the two staircases of a controller, and between controllers. */
const [MARGIN, GAP, BETWEEN] = [40, 72, 56];
/** The height of a controller's title, and of what is said above and below a staircase. */
const [TITLE, ABOVE, BELOW] = [64, 40, 34];
/** A part of the picture, placed by whoever has it. */
interface Part {
  readonly width: number;
  readonly height: number;
  readonly body: string;
}

/** Controllers and their plans as an SVG of its own. It is light or dark as its reader is. */
export function asSvg(program: string, controllers: readonly ControllerView[]): string {
  const parts = controllers.map(drawController);
  const legend = drawLegend();
  const width = Math.max(legend.width, ...parts.map((part) => part.width)) + 2 * MARGIN;
  let y = MARGIN;
  const bodies = parts.map((part) => {
    const placed = at(MARGIN, y, part.body);
    y += part.height + BETWEEN;
    return placed;
  });
  const legendY = y - BETWEEN + 44;
  const height = legendY + legend.height + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" ` +
    `height="${round(height)}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeXml(`The steps of ${program}`)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="100%" height="100%" rx="18"/>`,
    ...bodies,
    at(MARGIN, legendY, legend.body),
    "</svg>",
    "",
  ].join("\n");
}

function drawController({ name, resource, steps, cleanup }: ControllerView): Part {
  const up = drawPlan(steps, "up");
  const down = cleanup === undefined ? undefined : drawPlan(cleanup, "down");
  const base = TITLE + Math.max(up.height, down?.height ?? 0);
  const title = `<text class="title" y="24">${escapeXml(name)}</text>` +
    `<text class="kind" y="47">${escapeXml(resource)}</text>`;
  const downX = up.width + GAP;
  const body = title + at(0, base - up.height, up.body) + (down ? at(downX, base - down.height, down.body) : "");
  const titleWidth = Math.max(widthOf(name, 24), widthOf(resource, 14));
  return { width: Math.max(titleWidth, down ? downX + down.width : up.width), height: base, body };
}

function drawPlan(steps: readonly StepView[] | "chosen", direction: "up" | "down"): Part {
  if (steps === "chosen" || steps.length === 0) return drawCard(steps === "chosen" ? CHOSEN : "no steps", direction);
  const staircase = staircaseOf(steps, direction);
  return {
    width: staircase.width,
    height: ABOVE + staircase.height + BELOW,
    body: at(0, ABOVE, stairsOf(staircase, direction)),
  };
}

/** What happens at both ends of a staircase. */
const ENDS = {
  up: { above: "as desired", below: "something has changed" },
  down: { above: "it is being deleted", below: "gone" },
} as const;

function stairsOf(staircase: Staircase, direction: "up" | "down"): string {
  const { width, height, stairs } = staircase;
  const { above, below } = ENDS[direction];
  const top = direction === "up" ? stairs.at(-1)! : stairs[0]!;
  const flagX = direction === "up" ? top.x + 20 : 20;
  return [
    // A single shape below the slabs, so that no line of the page shows between them.
    `<path class="shadow" d="${outlineOf(staircase)}" transform="translate(0 6)"/>`,
    ...stairs.map(drawStair),
    `<line class="ground" x1="-14" y1="${height}" x2="${round(width + 14)}" y2="${height}"/>`,
    `<circle class="${direction === "up" ? "arrived" : "begun"}" cx="${flagX}" cy="-18" r="6"/>`,
    `<text class="end" x="${flagX + 14}" y="-13">${above}</text>`,
    `<circle class="${direction === "up" ? "begun" : "gone"}" cx="${direction === "up" ? 6 : round(width - 6)}" ` +
    `cy="${height + 20}" r="6"/>`,
    direction === "up"
      ? `<text class="end" x="20" y="${height + 25}">${below}</text>`
      : `<text class="end" x="${round(width - 20)}" y="${height + 25}" text-anchor="end">${below}</text>`,
  ].join("\n");
}

function outlineOf({ stairs }: Staircase): string {
  return stairs.map(({ x, y, width }) => `M${round(x)} ${y}h${round(width)}v${RISE}h${-round(width)}z`).join("");
}

function drawStair({ step: { type, name }, number, detail, x, y, width }: Stair): string {
  const middle = RISE / 2;
  const more = detail === "" ? "" : `<tspan class="detail" dx="12">${escapeXml(detail)}</tspan>`;
  return at(
    x,
    y,
    `<rect class="slab ${type}" width="${round(width)}" height="${RISE}"/>` +
      `<rect class="edge ${type}" width="${round(width)}" height="3"/>` +
      `<text class="number" x="26" y="${middle + 6}" text-anchor="end">${number}</text>` +
      at(46, middle + 1, MARKS[type]) +
      `<text class="name" x="${BEFORE}" y="${middle + 6}">${escapeXml(name)}${more}</text>`,
  );
}

/** Shapes as well as colours tell the types of steps apart: an eye, a pen stroke, and ways that meet. */
const MARKS: Readonly<Record<StepView["type"], string>> = {
  observe: `<path class="mark" d="M-9 0Q0 -9 9 0Q0 9 -9 0z"/><circle class="dot" r="2.6"/>`,
  change: `<path class="mark full" d="M-8 8L-6 2L4 -8L8 -4L-2 6z"/>`,
  join: `<path class="mark" d="M-9 -7C0 -7 0 0 9 0M-9 0H9M-9 7C0 7 0 0 9 0"/>`,
};

function drawCard(text: string, direction: "up" | "down"): Part {
  const width = 32 + widthOf(text, 14);
  const { above } = ENDS[direction];
  const body = `<text class="end" x="2" y="26">${direction === "up" ? "the plan" : above}</text>` +
    at(
      0,
      ABOVE,
      `<rect class="card" width="${round(width)}" height="${RISE}" rx="8"/>` +
        `<text class="detail" x="16" y="${RISE / 2 + 5}">${escapeXml(text)}</text>`,
    );
  return { width, height: ABOVE + RISE + BELOW, body };
}

const LEGEND_TEXTS = [
  ["observe", "observe: only looks"],
  ["change", "change: may ask for one change, which ends the Run"],
  ["join", "join: looks at several things at once"],
] as const;

function drawLegend(): Part {
  let x = 0;
  const items = LEGEND_TEXTS.map(([type, text]) => {
    const mark = at(15, 11, `<g transform="scale(.8)">${MARKS[type]}</g>`);
    const slab = `<rect class="slab ${type}" width="30" height="22" rx="4"/>`;
    const item = at(x, 0, `${slab}${mark}<text class="legend" x="38" y="16">${text}</text>`);
    x += 38 + widthOf(text, 12) + 18;
    return item;
  });
  return { width: x, height: 22, body: items.join("") };
}

function at(x: number, y: number, body: string): string {
  return `<g transform="translate(${round(x)} ${round(y)})">${body}</g>`;
}

function round(value: number): number {
  return Math.round(value);
}

const LIGHT = "--page:#fbfaf7;--ink:#23262b;--soft:#6b7078;--ground:#c9c4b8;--shadow:#0000001f;" +
  "--observe:#e4ebf5;--observe-edge:#9db4d6;--observe-mark:#3f6299;" +
  "--change:#f6dcb6;--change-edge:#d99a44;--change-mark:#8f5410;" +
  "--join:#dcecdc;--join-edge:#8fbb93;--join-mark:#2f6e39;--arrived:#3c8d4a;--begun:#d99a44;--gone:#8b8f97";
const DARK = "--page:#17191d;--ink:#e9e7e2;--soft:#9da3ad;--ground:#4a4d55;--shadow:#00000080;" +
  "--observe:#243044;--observe-edge:#4d6c9b;--observe-mark:#a5c2ef;" +
  "--change:#4a3216;--change-edge:#c48634;--change-mark:#f4c37d;" +
  "--join:#22382a;--join-edge:#4f8a5b;--join-mark:#9bd6a5;--arrived:#69c47a;--begun:#e0a24c;--gone:#868b94";

const STYLE = [
  `:root{${LIGHT}}`,
  `@media(prefers-color-scheme:dark){:root{${DARK}}}`,
  "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif;fill:var(--ink)}",
  ".page{fill:var(--page)}.shadow{fill:var(--shadow)}.ground{stroke:var(--ground);stroke-width:2;stroke-linecap:round}",
  ".title{font-size:24px;font-weight:650}.kind{font-size:14px;fill:var(--soft)}",
  `.name{font-size:${TEXT}px}.number{font-size:13px;fill:var(--soft);font-variant-numeric:tabular-nums}`,
  ".detail{font-size:14px;fill:var(--soft)}.end{font-size:13px;fill:var(--soft)}.legend{font-size:12px;fill:var(--soft)}",
  ...["observe", "change", "join"].map((type) =>
    `.slab.${type}{fill:var(--${type})}.edge.${type}{fill:var(--${type}-edge)}.slab.${type}~g{color:var(--${type}-mark)}`
  ),
  ".mark{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}",
  ".mark.full{fill:currentColor}.dot{fill:currentColor}",
  ".card{fill:none;stroke:var(--ground);stroke-width:1.5;stroke-dasharray:5 5}",
  ".arrived{fill:var(--arrived)}.begun{fill:none;stroke:var(--begun);stroke-width:2.5}.gone{fill:none;stroke:var(--gone);stroke-width:2.5}",
].join("");
