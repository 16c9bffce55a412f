/** A source of a cluster: the service account of the pod that this process runs in. */

import {
  describeMissing,
  type Finding,
  type Host,
  hostOf,
  isEmpty,
  joinNeeds,
  type Located,
  readFile,
} from "../found/mod.ts";

const SOURCE = "service account of the pod";

/** Where Kubernetes puts a pod's service account. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The name of the API server in every cluster; the part after `svc` may differ, and the resolver adds it. */
const SERVER = "https://kubernetes.default.svc";

/** The variables in which Kubernetes tells each pod the address of the API server. */
const VARIABLES = ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"] as const;

/**
 * The cluster that this process runs in.
 *
 * @param host The machine.
 * @param directory Where the service account is.
 */
export async function locateInCluster(host: Host, directory: string = SERVICE_ACCOUNT): Promise<Finding> {
  const missing = await host.missing(joinNeeds({ read: [directory] }));
  if (!isEmpty(missing)) return { absent: describeMissing(missing) };
  const token = `${directory}/token`;
  if (await readFile(host, token, SOURCE) === undefined) return { absent: `${token} is not there` };
  const authority = `${directory}/ca.crt`;
  const server = await chooseServer(host);
  const located: Located = {
    source: SOURCE,
    namespace: (await readFile(host, `${directory}/namespace`, SOURCE))?.trim() || undefined,
    cluster: { server, "certificate-authority": authority },
    // The file, not what it says: the kubelet replaces the token about every hour.
    user: { tokenFile: token },
    files: [
      { origin: SOURCE, path: authority, isPem: true },
      { origin: SOURCE, path: token, isPem: false },
    ],
    // Without the variables, the next search would end at the name, whose net permission need not be there.
    searchNeeds: { read: [directory], ...(server !== SERVER && { env: VARIABLES }) },
  };
  return { located };
}

/** The address in the environment saves a name resolution, but takes two more permissions. */
async function chooseServer(host: Host): Promise<string> {
  if (!isEmpty(await host.missing(joinNeeds({ env: VARIABLES })))) return SERVER;
  const [name, port] = VARIABLES.map((variable) => host.env(variable));
  if (name === undefined || port === undefined) return SERVER;
  const server = `https://${name.includes(":") ? `[${name}]` : name}:${port}`;
  return isEmpty(await host.missing(joinNeeds({ net: [hostOf(server)] }))) ? server : SERVER;
}
