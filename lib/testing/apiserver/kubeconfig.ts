/** Writes kubeconfig files. */

/** What a kubeconfig says. */
export interface KubeconfigContent {
  url: string;
  /** The cluster's CA, PEM. */
  ca: string;
  token: string;
  /** Name of the user entry. */
  user?: string;
  /** Namespace of the context; `default` when not given. */
  namespace?: string;
}

/** Writes a kubeconfig that only its owner may read. */
export async function writeKubeconfig(path: string, content: KubeconfigContent): Promise<string> {
  await Deno.writeTextFile(path, kubeconfigText(content), { mode: 0o600 });
  return path;
}

function kubeconfigText(content: KubeconfigContent): string {
  const { url, ca, token, user = "admin", namespace = "default" } = content;
  return `apiVersion: v1
kind: Config
clusters:
- name: staircase-test
  cluster:
    server: ${url}
    certificate-authority-data: ${btoa(ca)}
users:
- name: ${user}
  user:
    token: ${token}
contexts:
- name: staircase-test
  context:
    cluster: staircase-test
    user: ${user}
    namespace: ${namespace}
current-context: staircase-test
`;
}
