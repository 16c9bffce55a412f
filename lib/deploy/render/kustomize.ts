/** A deployment as a base for Kustomize. */

import type { Manifest, Manifests } from "../manifests/mod.ts";
import { fileNames, type Files } from "./files.ts";
import { valueYaml, yamlOf } from "./yaml.ts";

/**
 * The files of a base: one for each object, and in `crds/` a base of its own for the definitions, so that deleting the
 * operator deletes no object that it looked after.
 */
export function kustomizeOf({ crds, objects }: Manifests): Files {
  return {
    ...base(objects),
    ...(crds.length > 0 &&
      Object.fromEntries(Object.entries(base(crds)).map(([path, text]) => [`crds/${path}`, text]))),
  };
}

/** Kustomize renames the account, but does not look into expressions: the policy would then be for nobody. */
const POLICY_NOTE =
  `# The ValidatingAdmissionPolicy names the service account in an expression, which Kustomize does not change:
# give another namespace or name when you make these files, not by namespace, namePrefix or nameSuffix.
`;

function hasPolicy(objects: readonly Manifest[]): boolean {
  return objects.some(({ kind }) => kind === "ValidatingAdmissionPolicy");
}

function base(objects: readonly Manifest[]): Files {
  const names = fileNames(objects);
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: names,
  };
  return {
    "kustomization.yaml": `${hasPolicy(objects) ? POLICY_NOTE : ""}${valueYaml(kustomization)}`,
    ...Object.fromEntries(objects.map((object, at) => [names[at]!, yamlOf([object])])),
  };
}
