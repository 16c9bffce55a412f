/** The show of the websites: one is made, others meddle with its parts, and its user changes his mind. */

import { ConfigMap, Deployment, Service } from "@staircase/operator/kinds";
import { Stage } from "../stage.ts";
import { controller, Website } from "./operator.ts";

/** Shows it on an embedded cluster. */
export async function demonstrate(): Promise<void> {
  await using stage = Stage.embedded("examples/website/main.ts");
  await play(stage);
  stage.close();
}

/** What happens, on any cluster. */
export async function play(stage: Stage): Promise<void> {
  await stage.install(Website);
  await stage.serve(controller);
  const settled = (isRight: () => Promise<boolean>) => stage.settled(Website, "home", isRight);
  const replicas = async () => (await stage.user.get(Deployment, "home"))?.spec?.replicas;
  const target = async () => (await stage.user.get(Service, "home"))?.spec?.ports?.[0]?.targetPort;
  const page = async () => (await stage.user.get(ConfigMap, "home"))?.data?.["index.html"];

  await stage.scene(
    "A user wants a website",
    () =>
      stage.user.create(Website, { metadata: { name: "home" }, spec: { title: "At home", text: "Mind the < step." } }),
    stage.settled(Website, "home", ({ status }) => status?.ready === 2),
  );
  await stage.scene(
    "Somebody turns its Deployment off",
    () => stage.user.patch(Deployment, "home", { merge: { spec: { replicas: 0 } } }),
    settled(async () => await replicas() === 2),
  );
  await stage.scene(
    "Somebody points its Service at another port",
    () =>
      stage.user.patch(Service, "home", { merge: { spec: { ports: [{ name: "http", port: 80, targetPort: 8080 }] } } }),
    settled(async () => await target() === "http"),
  );
  await stage.scene(
    "Somebody deletes its ConfigMap",
    () => stage.user.delete(ConfigMap, "home"),
    settled(async () => await page() !== undefined),
  );
  await stage.scene(
    "The user wants another title",
    () => stage.user.patch(Website, "home", { merge: { spec: { title: "Out" } } }),
    settled(async () => (await page())?.includes("<h1>Out</h1>") ?? false),
  );
}
