/** What the container asks for and may take: checked as the API server would, and completed. */

import { labelKeyProblem } from "../../model/mod.ts";
import * as must from "./checks.ts";
import type { ManifestOptions, Quantities } from "./options.ts";
import type { Settings } from "./settings.ts";

/**
 * What is asked for: two hundred changes a second take 54 thousandths of a processor, and 10,000 objects 96 MiB. The limit
 * is room for 100,000 objects (297 MiB) and what they need while they are listed: what takes more leaks, and is started
 * again before it hurts others on its node. The processor has no limit, as one would hold up the first list and every
 * burst after it, also on an idle node: docs/scale.md has the figures.
 */
const RESOURCES = { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } } as const;

/** The parts: digits, and what they are multiplied by. */
const QUANTITY = /^(\d+\.?\d*|\.\d+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

/** Powers of 1000 and of 1024. */
const [DECIMAL, BINARY] = [["n", "u", "m", "", "k", "M", "G", "T", "P", "E"], ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]];

const STANDARD = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** A name with a domain, such as `nvidia.com/gpu`: the domain of Kubernetes itself has none. */
const EXTENDED = /^(?!([^/]*\.)?kubernetes\.io\/).+\/.+$/;

/**
 * Checks resources, and completes them.
 *
 * @throws {OptionsError} If the API server would refuse them.
 */
export function resolveResources(value: NonNullable<ManifestOptions["resources"]>): Settings["resources"] {
  must.onlyFields(must.fields(value, "resources"), "resources", ["requests", "limits"]);
  const { requests = RESOURCES.requests, limits = RESOURCES.limits } = value;
  const resources = {
    requests: quantities(requests, "resources.requests"),
    limits: quantities(limits, "resources.limits"),
  };
  for (const [name, quantity] of Object.entries(resources.requests)) checkRequest(name, quantity, resources.limits);
  return resources;
}

/** Quantities by the name of the resource. */
function quantities(value: unknown, option: string): Quantities {
  const given = must.fields(value, option);
  for (const [name, quantity] of Object.entries(given)) {
    const isResource = STANDARD.test(name) || EXTENDED.test(name);
    must.check(
      isResource && labelKeyProblem(name) === undefined,
      option,
      "has a key that is none of a resource, such as cpu, memory or example.com/gpu",
      name,
    );
    const rule = 'must be a quantity such as "50m" or "128Mi"';
    must.check(typeof quantity === "string" && QUANTITY.test(quantity), `${option}.${name}`, rule, quantity);
    const isWhole = Number.isInteger(amountOf(quantity));
    must.check(isWhole || !EXTENDED.test(name), `${option}.${name}`, "must be a whole number", quantity);
  }
  return given as Quantities;
}

function checkRequest(name: string, request: string, limits: Quantities): void {
  const option = `resources.requests.${name}`;
  const limit = Object.hasOwn(limits, name) ? limits[name]! : undefined;
  if (EXTENDED.test(name) || name.startsWith("hugepages-")) {
    const isSame = limit !== undefined && amountOf(limit) === amountOf(request);
    must.check(isSame, option, `must be the same as its limit, which is ${limit ?? "missing"}`, request);
  }
  if (limit === undefined) return;
  must.check(amountOf(request) <= amountOf(limit), option, `must be at most its limit, which is ${limit}`, request);
}

function amountOf(quantity: string): number {
  const [, digits, unit = "", exponent = "0"] = QUANTITY.exec(quantity)!;
  if (exponent !== "0") return Number(`${digits}e${exponent}`);
  const power = DECIMAL!.indexOf(unit);
  // As one number, so that 300m is 0.3.
  return power >= 0 ? Number(`${digits}e${(power - 3) * 3}`) : Number(digits) * 1024 ** BINARY!.indexOf(unit);
}
