/** Built-in kinds, as their Go types read and show them: what is refused, dropped, spelt anew and filled in. */

import { assertEquals } from "@std/assert";
import { type Answered, causesOf, fails } from "../api.ts";
import type { Case, Target } from "../target.ts";
import { deployment } from "./updating.ts";

type Body = Record<string, unknown>;

const DRY = { dryRun: "All" };

/** The message of a body that cannot be read. */
async function unread(path: string, body: unknown): Promise<string> {
  const { message } = await fails(400, "BadRequest", createDry(path, body));
  return message!.replace(/^.*cannot be handled as a \w+: /, "");
}

/** The container of a Pod that is made of this one. */
async function contained(t: Target, container: Body): Promise<Body> {
  const spec = { containers: [{ name: "m", image: "i", ...container }] };
  const pod = await t.api.create(t.core("pods"), { metadata: { name: "a" }, spec }, DRY);
  return pod.spec.containers[0];
}

let target: Target;
function createDry(path: string, body: unknown): Promise<Answered> {
  return target.api.create(path, body, DRY);
}

export const READING: readonly Case[] = [
  {
    name: "a value of another type is refused with its place in the kind",
    async run(t) {
      target = t;
      const deployments = t.grouped("apps/v1", "deployments");
      const of = (spec: Body) => ({ metadata: { name: "a" }, spec });
      const field = "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32";
      assertEquals(await unread(deployments, of({ replicas: "1" })), field);
      const fraction =
        "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32";
      assertEquals(await unread(deployments, of({ replicas: 1.5 })), fraction);
      const list =
        "json: cannot unmarshal array into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec";
      assertEquals(await unread(deployments, of({ template: [] })), list);
    },
  },
  {
    name: "quantities are read, and given back in their canonical form",
    async run(t) {
      const given = { "2000m": "2", "1024Mi": "1Gi", "1.5Gi": "1536Mi", "0.5": "500m", "1e3": "1e3", "1000k": "1M" };
      for (const [quantity, canonical] of Object.entries(given)) {
        const { resources } = await contained(t, { resources: { limits: { memory: quantity } } });
        assertEquals((resources as Body).limits, { memory: canonical }, quantity);
      }
      target = t;
      const spec = { containers: [{ name: "m", image: "i", resources: { limits: { cpu: "1x" } } }] };
      const why = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
      assertEquals(await unread(t.core("pods"), { metadata: { name: "a" }, spec }), why);
    },
  },
  {
    name: "times are read, and must have microseconds where they are shown",
    async run(t) {
      target = t;
      const leases = t.grouped("coordination.k8s.io/v1", "leases");
      const lease = (renewTime: string) => ({ metadata: { name: "a" }, spec: { renewTime } });
      const { spec } = await createDry(leases, lease("2001-01-01T02:00:00.000001+02:00"));
      assertEquals(spec, { renewTime: "2001-01-01T00:00:00.000001Z" });
      assertEquals(
        await unread(leases, lease("2001-01-01T00:00:00Z")),
        'parsing time "2001-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
      );
      assertEquals(
        await unread(leases, lease("yesterday")),
        'parsing time "yesterday" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "yesterday" as "2006"',
      );
    },
  },
  {
    name: "what Go leaves out does not come back, and what it shows is there",
    async run(t) {
      const account = await t.api.create(t.core("serviceaccounts"), { metadata: { name: "a" }, secrets: [] }, DRY);
      assertEquals("secrets" in account, false);
      const spec = { selector: { a: "b" }, ports: [{ port: 80 }], loadBalancerIP: "", externalIPs: [] };
      const service = await t.api.create(t.core("services"), { metadata: { name: "a" }, spec }, DRY);
      assertEquals(["loadBalancerIP" in service.spec, "externalIPs" in service.spec], [false, false]);
      assertEquals(service.status, { loadBalancer: {} });
      const secret = await t.api.create(t.core("secrets"), { metadata: { name: "a" }, type: "" }, DRY);
      assertEquals(secret.type, "Opaque");
      const { resources, env } = await contained(t, { env: [{ name: "A", value: "" }], command: [], tty: false });
      assertEquals([resources, env], [{}, [{ name: "A" }]]);
    },
  },
  {
    name: "defaults reach into every part of a kind",
    async run(t) {
      const { readinessProbe, lifecycle } = await contained(t, {
        readinessProbe: { httpGet: { port: 80 } },
        lifecycle: { preStop: { httpGet: { port: 80 } } },
      });
      const httpGet = { path: "/", port: 80, scheme: "HTTP" };
      const counts = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
      assertEquals(readinessProbe, { httpGet, ...counts });
      assertEquals(lifecycle, { preStop: { httpGet } });
    },
  },
  {
    name: "unknown and repeated fields are refused when the write is strict",
    async run(t) {
      const maps = t.core("configmaps");
      const strict = { ...DRY, fieldValidation: "Strict" };
      const unknown = await fails(
        400,
        "BadRequest",
        t.api.create(maps, { metadata: { name: "a", zz: 1 }, yy: 1 }, strict),
      );
      assertEquals(
        unknown.message,
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
          'unknown field "metadata.zz", unknown field "yy"',
      );
      const body = '{"metadata":{"name":"a","name":"b"},"data":{"a":"1","a":"2"}}';
      const twice = await fails(400, "BadRequest", t.api.call("POST", maps, { body, query: strict }));
      assertEquals(
        twice.message,
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
          'duplicate field "metadata.name", duplicate field "data.a"',
      );
      const { data } = await t.api.call("POST", maps, { body, query: { ...DRY, fieldValidation: "Ignore" } });
      assertEquals(data, { a: "2" });
    },
  },
  {
    name: "the options of a write must be ones that there are",
    async run(t) {
      const maps = t.core("configmaps");
      const map = { metadata: { name: "a" } };
      const bogus = await fails(422, "Invalid", t.api.create(maps, map, { fieldValidation: "Bogus" }));
      assertEquals(causesOf(bogus), [
        'fieldValidation: Unsupported value: "Bogus": supported values: "", "Ignore", "Strict", "Warn"',
      ]);
      const long = await fails(422, "Invalid", t.api.create(maps, map, { fieldManager: "x".repeat(129) }));
      assertEquals(causesOf(long), ["fieldManager: Too long: may not be more than 128 bytes"]);
    },
  },
  {
    name:
      "owners of fields are noted as written: not what the server adds, not the status, structs without their own mark",
    async run(t) {
      const { metadata } = await t.api.create(t.grouped("apps/v1", "deployments"), deployment("a"), DRY);
      const [{ fieldsV1 }] = metadata.managedFields as unknown as [{ fieldsV1: Record<string, Body> }];
      assertEquals(Object.keys(fieldsV1), ["f:spec"]);
      const { "f:template": template, "f:strategy": strategy, "f:selector": selector } = fieldsV1["f:spec"]!;
      assertEquals(Object.keys(template as Body).sort(), ["f:metadata", "f:spec"]);
      assertEquals(selector, {});
      assertEquals(strategy, {
        "f:rollingUpdate": { ".": {}, "f:maxSurge": {}, "f:maxUnavailable": {} },
        "f:type": {},
      });
    },
  },
  {
    name: "a client can give up all that is noted of who owns what",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { a: "1" } });
      const { metadata } = await t.api.patch(t.core("configmaps", "a"), "merge", { metadata: { managedFields: [{}] } });
      assertEquals(metadata.managedFields, undefined);
    },
  },
  {
    name: "a claim is kept as long as it is in use, and is gone when it is not",
    needs: "controllers",
    async run(t) {
      const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
      const { metadata } = await t.api.create(t.core("persistentvolumeclaims"), { metadata: { name: "a" }, spec });
      assertEquals(metadata.finalizers, ["kubernetes.io/pvc-protection"]);
      const left = await t.api.delete(t.core("persistentvolumeclaims", "a"));
      assertEquals(typeof left.metadata.deletionTimestamp, "string");
    },
  },
];
