/** What the first example writes that would only distract in it. */

/** 24 random bytes as text. */
export function newPassword(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
}

/** The part of a Deployment that says which pods it is made of. */
export function podsOf(name: string) {
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "simple" };
  const password = { name: "PASSWORD", valueFrom: { secretKeyRef: { name, key: "password" } } };
  return {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: "main", image: "registry.k8s.io/pause:3.10", env: [password] }] },
    },
  };
}
