/** A source: the service account of the pod that this process runs in. */

import {
  describeMissing,
  type Finding,
  type Host,
  hostOf,
  joinNeeds,
  type Located,
  needsNothing,
  type PermissionNeeds,
  readFile,
} from "../found/mod.ts";

const SOURCE = "service account of the pod";

/** Where Kubernetes mounts a pod's service account. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The API server's name in every cluster. The part after `svc` may differ; the resolver adds it. */
const SERVER = "https://kubernetes.default.svc";

/** The variables in which Kubernetes gives each pod the address of the API server. */
const VARIABLES = ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"] as const;

/** What {@link locateInCluster} and all requests need in a pod of any cluster, without its environment variables. */
export function podNeeds(directory: string = SERVICE_ACCOUNT): PermissionNeeds {
  return joinNeeds({ net: [hostOf(SERVER)], read: [directory] });
}

/**
 * Finds the cluster that this process runs in.
 *
 * @param host The machine.
 * @param directory The directory of the service account.
 */
export async function locateInCluster(host: Host, directory: string = SERVICE_ACCOUNT): Promise<Finding> {
  const missing = await host.missing(joinNeeds({ read: [directory] }));
  if (!needsNothing(missing)) return { absent: describeMissing(missing) };
  const token = `${directory}/token`;
  if (await readFile(host, token, SOURCE) === undefined) return { absent: `${token} is not there` };
  const authority = `${directory}/ca.crt`;
  const server = await chooseServer(host);
  const located: Located = {
    source: SOURCE,
    namespace: (await readFile(host, `${directory}/namespace`, SOURCE))?.trim() || undefined,
    cluster: { server, "certificate-authority": authority },
    // The file, not its content: the kubelet replaces the token about every hour.
    user: { tokenFile: token },
    files: [
      { origin: SOURCE, path: authority, isPem: true },
      { origin: SOURCE, path: token, isPem: false },
    ],
    // Without the variables, the next search would return the name, whose net permission may be missing.
    searchNeeds: { read: [directory], ...(server !== SERVER && { env: VARIABLES }) },
  };
  return { located };
}

/** The address in the environment saves a name resolution, but needs two more permissions. */
async function chooseServer(host: Host): Promise<string> {
  if (!needsNothing(await host.missing(joinNeeds({ env: VARIABLES })))) return SERVER;
  const [name, port] = VARIABLES.map((variable) => host.env(variable));
  if (name === undefined || port === undefined) return SERVER;
  const server = `https://${name.includes(":") ? `[${name}]` : name}:${port}`;
  return needsNothing(await host.missing(joinNeeds({ net: [hostOf(server)] }))) ? server : SERVER;
}
