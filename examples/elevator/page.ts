/** Draws an elevator as a web page, which then polls the elevator's position. Pure: turns a state into text. */

/** The state to draw. */
export interface Ride {
  /** The present floor. */
  floor: number;
  /** The wanted floor. */
  goal: number;
  /** The content of the elevator. */
  content: string;
  /** When it arrived at the present floor, in milliseconds since the Unix epoch. */
  since: number;
}

/** The lowest floor of the house. */
export const LOWEST = -2;
/** The highest floor of the house. */
export const HIGHEST = 10;

/** The height of a floor. All lengths are in units of the drawing. */
const FLOOR = 44;
const TOP = 96;
const SHAFT = { left: 150, width: 84 };
const HOUSE = { left: 40, width: 304 };
/** Positions and sizes of the stars. */
const STARS = [[12, 30, 1], [60, 12, 1.4], [96, 62, 1], [10, 150, 0.8], [290, 16, 1], [372, 96, 1.3], [358, 180, 0.8]];
const GROUND = yOf(0) + FLOOR;
const BOTTOM = yOf(LOWEST) + FLOOR;

/** The page with the elevator at its present position. */
export function pageOf(ride: Ride): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Elevator</title>
<style>${STYLE}</style>
</head>
<body>
${drawingOf(ride)}
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** The house, the shaft, and the elevator in it. */
function drawingOf({ floor, goal, content }: Ride): string {
  const middle = SHAFT.left + SHAFT.width / 2;
  return `<svg viewBox="0 0 384 ${BOTTOM + 24}" role="img" aria-label="An elevator">
<clipPath id="inside"><rect x="${SHAFT.left}" y="${TOP}" width="${SHAFT.width}" height="${BOTTOM - TOP}"/></clipPath>
${STARS.map(([x, y, r]) => `<circle class="star" cx="${x}" cy="${y}" r="${r}"/>`).join("")}
<circle class="moon" cx="330" cy="46" r="15"/>
<rect class="earth" x="-2000" y="${GROUND}" width="4384" height="2000"/>
<rect class="house" x="${SHAFT.left - 14}" y="14" width="${SHAFT.width + 28}" height="${TOP - 14}" rx="6"/>
<path class="house" d="M${HOUSE.left} ${BOTTOM}V${TOP}H${HOUSE.left + HOUSE.width}V${BOTTOM}Z"/>
<path class="roof" d="M${HOUSE.left - 5} ${TOP}h${HOUSE.width + 10}"/>
<path class="cellar" d="M${HOUSE.left} ${BOTTOM}V${GROUND}H${HOUSE.left + HOUSE.width}V${BOTTOM}Z"/>
${floors().map(floorOf).join("\n")}
<rect class="shaft" x="${SHAFT.left}" y="${TOP}" width="${SHAFT.width}" height="${BOTTOM - TOP}"/>
<path class="goal" id="goal" d="M${SHAFT.left - 4} ${FLOOR / 2}l-12 -7v14z" style="${shift(goal)}"/>
<g clip-path="url(#inside)"><g id="cab" style="${shift(floor)}">
<path class="rope" d="M${middle - 3} -700V4M${middle + 3} -700V4"/>
<rect class="cab" x="${SHAFT.left + 5}" y="3" width="${SHAFT.width - 10}" height="${FLOOR - 6}" rx="4"/>
<path class="door" d="M${middle} 5V${FLOOR - 5}"/>
<text class="content" id="content" x="${middle}" y="${FLOOR / 2 + 5}">${escape(content)}</text>
</g></g>
<rect class="display" x="${SHAFT.left}" y="28" width="${SHAFT.width}" height="44" rx="8"/>
<text class="number" x="${middle}" y="60"><tspan id="way">${wayOf(floor, goal)}</tspan> <tspan
id="floor">${floor}</tspan></text>
</svg>`;
}

/** A floor: its line, its number, its windows. */
function floorOf(floor: number): string {
  const y = yOf(floor);
  const line = `<path class="line" d="M${HOUSE.left} ${y + FLOOR}H${HOUSE.left + HOUSE.width}"/>`;
  const number = `<text class="label" x="${HOUSE.left - 10}" y="${y + FLOOR / 2 + 5}">${floor}</text>`;
  const windows = floor < 0 ? [] : [60, 98, 256, 294].map((x, at) => {
    // Some windows are dark, the same ones on every page.
    const light = (floor * 7 + at * 5) % 4 === 0 ? "dark" : "lit";
    return `<rect class="${light}" x="${x}" y="${y + 10}" width="26" height="24" rx="2"/>`;
  });
  return [line, number, ...windows].join("");
}

function floors(): number[] {
  return Array.from({ length: HIGHEST - LOWEST + 1 }, (_, index) => HIGHEST - index);
}

function yOf(floor: number): number {
  return TOP + (HIGHEST - floor) * FLOOR;
}

function shift(floor: number): string {
  return `transform:translateY(${yOf(floor)}px)`;
}

function wayOf(floor: number, goal: number): string {
  return floor < goal ? "▲" : floor > goal ? "▼" : "•";
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
body { margin: 0; overflow: hidden; min-height: 100vh; display: grid; place-items: center;
  background: linear-gradient(#0b1030, #34306b 70%, #b0637a); font-family: system-ui, "DejaVu Sans", sans-serif }
svg { height: min(100vh, 720px); overflow: visible }
.earth { fill: #2a1d1f } .house { fill: #e9dfcf } .cellar { fill: #8b7f76 }
.roof { stroke: #a4574c; stroke-width: 6; stroke-linecap: round } .star { fill: #fff } .moon { fill: #f6ecd0 }
.shaft { fill: #1c2233 } .line { stroke: #00000030; stroke-width: 1.5 }
.label { fill: #ffffffb0; font-size: 13px; text-anchor: end; font-variant-numeric: tabular-nums }
.lit { fill: #ffd877; stroke: #b59c6f } .dark { fill: #5c6788; stroke: #8d8a86 }
.cab { fill: #c7d2e6; stroke: #f8fafc; stroke-width: 2 } .door { stroke: #8592ad } .rope { stroke: #75819c; stroke-width: 2 }
.content { font-size: 14px; font-weight: 600; text-anchor: middle; fill: #1c2233;
  paint-order: stroke; stroke: #c7d2e6; stroke-width: 5px }
.goal { fill: #ef5d4e } .display { fill: #11141f; stroke: #4d5878 }
.number { fill: #ff8f5a; font: 600 26px ui-monospace, "DejaVu Sans Mono", monospace; text-anchor: middle }
@media not (prefers-reduced-motion) { #cab { transition: transform .6s ease-in-out } #goal { transition: transform .3s } }
`;

/** Runs in the browser: reads the position from the file beside the page, four times a second. */
const SCRIPT = `
const at = (id) => document.getElementById(id);
const shift = (floor) => "translateY(" + (${yOf(0)} - floor * ${FLOOR}) + "px)";
const look = async () => {
  const response = await fetch("elevator.json", { cache: "no-store" });
  if (!response.ok) return;
  const { floor, goal, content } = await response.json();
  at("cab").style.transform = shift(floor);
  at("goal").style.transform = shift(goal);
  at("floor").textContent = floor;
  at("way").textContent = floor < goal ? "▲" : floor > goal ? "▼" : "•";
  at("content").textContent = content;
};
setInterval(look, 250);
`;
