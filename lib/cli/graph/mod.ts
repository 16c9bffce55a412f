/**
 * Pictures of plans: as text, as a Mermaid flowchart, and as an SVG with staircases. Pure.
 *
 * @module
 */

export { asMermaid } from "./mermaid.ts";
export { type ControllerView, type StepView, viewOf } from "./plans.ts";
export { asSvg } from "./svg.ts";
export { asText } from "./text.ts";
