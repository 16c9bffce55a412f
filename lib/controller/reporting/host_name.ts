/** The name of the machine or pod, to tell the processes of a controller apart. */

/** The host's name, if it can be read without prompting; otherwise `undefined`. */
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
