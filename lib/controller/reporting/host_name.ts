/** The name of the machine, or of the pod: to tell processes of one controller apart. */

/** The host's name, where it may be known without asking anybody; else `undefined`. */
export function hostName(): string | undefined {
  // Kubernetes sets it to the pod's name.
  if (isGranted({ name: "env", variable: "HOSTNAME" })) {
    const name = Deno.env.get("HOSTNAME");
    if (name) return name;
  }
  return isGranted({ name: "sys", kind: "hostname" }) ? Deno.hostname() : undefined;
}

function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
