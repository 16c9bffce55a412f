/** Discovery: the groups, versions and resources of the server, and its health. */

import { type Answer, jsonAnswer, PAGE_NOT_FOUND, textAnswer } from "./answer.ts";
import { apiVersionOf, type Resource, type ResourceRegistry } from "../store/mod.ts";

/** The release that the embedded cluster imitates. */
const VERSION = { major: "1", minor: "36", gitVersion: "v1.36.3+embedded" };

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const SUBRESOURCE_VERBS = ["get", "patch", "update"];

export function answerDiscovery(registry: ResourceRegistry, path: string): Answer {
  const parts = path.split("/").filter((part) => part !== "");
  switch (parts[0]) {
    case "healthz":
    case "livez":
    case "readyz":
      return textAnswer(200, "ok");
    case "version":
      return json({
        ...VERSION,
        gitCommit: "",
        gitTreeState: "clean",
        buildDate: "",
        goVersion: "",
        compiler: "",
        platform: "",
      });
    case "api":
      return answerCore(registry, parts.slice(1));
    case "apis":
      return answerGroups(registry, parts.slice(1));
    case undefined:
      return json({ paths: ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/readyz", "/version"] });
    default:
      return PAGE_NOT_FOUND;
  }
}

function json(value: unknown): Answer {
  return jsonAnswer(200, JSON.stringify(value));
}

function answerCore(registry: ResourceRegistry, [version, ...rest]: string[]): Answer {
  if (version === undefined) return json({ kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] });
  return rest.length === 0 ? answerVersion(registry, "", version) : PAGE_NOT_FOUND;
}

function answerGroups(registry: ResourceRegistry, [group, version, ...rest]: string[]): Answer {
  if (group === undefined) {
    const groups = groupsOf(registry).map((name) => describeGroup(registry, name));
    return json({ kind: "APIGroupList", apiVersion: "v1", groups });
  }
  if (!groupsOf(registry).includes(group) || rest.length > 0) return PAGE_NOT_FOUND;
  if (version !== undefined) return answerVersion(registry, group, version);
  return json({ kind: "APIGroup", apiVersion: "v1", ...describeGroup(registry, group) });
}

function groupsOf(registry: ResourceRegistry): string[] {
  return [...new Set(registry.all().map(({ group }) => group))].filter((group) => group !== "");
}

function describeGroup(registry: ResourceRegistry, name: string) {
  const served = registry.all().filter(({ group }) => group === name).map(({ version }) => version);
  const versions = [...new Set(served)].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function answerVersion(registry: ResourceRegistry, group: string, version: string): Answer {
  const resources = registry.all().filter((resource) => resource.group === group && resource.version === version);
  if (resources.length === 0) return PAGE_NOT_FOUND;
  return json({
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: resources.flatMap(describeResource),
  });
}

function describeResource(resource: Resource): unknown[] {
  const { plural, singular, namespaced, kind, shortNames, categories, status, scale } = resource;
  const sub = { singularName: "", namespaced, verbs: SUBRESOURCE_VERBS };
  return [
    {
      ...{ name: plural, singularName: singular, namespaced, kind, verbs: VERBS },
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    },
    ...(scale ? [{ name: `${plural}/scale`, group: "autoscaling", version: "v1", kind: "Scale", ...sub }] : []),
    ...(status ? [{ name: `${plural}/status`, kind, ...sub }] : []),
  ];
}
