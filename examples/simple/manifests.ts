/** The manifests of the first example, kept apart because they would distract from it. */

/** The part of the object that they need. */
interface Foo {
  metadata: { name: string };
  spec: { replicas: number };
}

/** A Secret with a password of 24 random bytes. */
export function passwordOf({ metadata: { name } }: Foo) {
  const password = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
  return { metadata: { name }, stringData: { password } };
}

/** A Deployment whose pods do nothing, with the password in their environment. */
export function deploymentOf({ metadata: { name }, spec: { replicas } }: Foo) {
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "simple" };
  const password = { name: "PASSWORD", valueFrom: { secretKeyRef: { name, key: "password" } } };
  const container = { name: "main", image: "registry.k8s.io/pause:3.10", env: [password] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return { metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template } };
}
