/** What an elevator consists of: a page in a ConfigMap, a Deployment that shows it, and a Service in front. */

import { component } from "@staircase/operator";
import { ConfigMap, Deployment, Service } from "@staircase/operator/kinds";
import { Elevator } from "./kind.ts";
import { filesOf, rideOfNew } from "./ride.ts";

/** The page. It is made once; from then on the elevator moves in it. */
export const page = component(Elevator, ConfigMap, { part: "page", build: () => ({ data: filesOf(rideOfNew()) }) });

/** Whoever shows the page. */
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

/** Where the page is found. */
export const entry = component(Elevator, Service, {
  part: "entry",
  build: (elevator) => ({
    spec: { selector: server.selectorFor(elevator), ports: [{ name: "http", port: 80, targetPort: "http" }] },
  }),
});

/** By which labels the pages of all elevators are found. */
export const PAGES = { "app.kubernetes.io/name": "elevator", "app.kubernetes.io/component": "page" };
