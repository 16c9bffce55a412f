/** The parts of an elevator: a page in a ConfigMap, a Deployment that serves it, and a Service. */

import { component } from "@staircase/operator";
import { ConfigMap, Deployment, Service } from "@staircase/operator/kinds";
import { Elevator } from "./kind.ts";
import { filesOf, rideOfNew } from "./ride.ts";

/** The page. It is created once; later the elevator moves in it. */
export const page = component(Elevator, ConfigMap, { part: "page", build: () => ({ data: filesOf(rideOfNew()) }) });

/** The server of the page. */
export const server = component(Elevator, Deployment, {
  part: "server",
  build: (elevator, { labels, selector }) => {
    const mount = { name: "page", mountPath: "/usr/share/nginx/html", readOnly: true };
    const ports = [{ name: "http", containerPort: 80 }];
    const container = { name: "server", image: "nginx:1.29", ports, volumeMounts: [mount] };
    const volumes = [{ name: "page", configMap: { name: page.nameFor(elevator) } }];
    const template = { metadata: { labels }, spec: { containers: [container], volumes } };
    return { spec: { selector: { matchLabels: selector }, template } };
  },
});

/** The address of the page. */
export const entry = component(Elevator, Service, {
  part: "entry",
  build: (elevator) => ({
    spec: { selector: server.selectorFor(elevator), ports: [{ name: "http", port: 80, targetPort: "http" }] },
  }),
});

/** The labels of all elevators' pages. */
export const PAGES = { "app.kubernetes.io/name": "elevator", "app.kubernetes.io/component": "page" };
