/** Tells whether each permission that it is asked about is granted. */

if (import.meta.main) {
  const query: readonly Deno.PermissionDescriptor[] = JSON.parse(Deno.args[0]!);
  const states = query.map((descriptor) => Deno.permissions.querySync(descriptor).state);
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(states)));
}
