/** The kind of an elevator: the wanted floor, and its content. */

import { defineResource, type ObjectOf } from "@staircase/operator";
import { z } from "zod";
import { HIGHEST, LOWEST } from "./page.ts";

const floor = z.int().min(LOWEST).max(HIGHEST);

export const Elevator = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Elevator",
  scope: "Namespaced",
  spec: z.object({ floor, content: z.string().max(9).default("") }),
  status: z.object({ floor, way: z.enum(["up", "down", "still"]) }),
  printerColumns: [
    { name: "Wanted", type: "integer", jsonPath: ".spec.floor" },
    { name: "Floor", type: "integer", jsonPath: ".status.floor" },
    { name: "Way", type: "string", jsonPath: ".status.way" },
  ],
});
export type Elevator = ObjectOf<typeof Elevator>;
